#include <algorithm>

#include "engine/policy/loader.h"

namespace talentcard::policy {
namespace {

using Kind = cel::Type::Kind;

constexpr int kHighestRank = 5;
constexpr int kMostYears = 50;
constexpr int kMostSubRanks = 100;

template <typename T>
std::vector<std::string> Codes(const std::vector<T>& rows) {
  std::vector<std::string> codes;
  for (const T& row : rows) codes.push_back(row.code);
  return codes;
}

void ReadTiers(YamlReader& reader, const YamlNode& root,
               TierCatalogue& catalogue) {
  Declared codes;
  std::set<int> ranks;
  for (const YamlNode* row : reader.Maps(root, "tiers")) {
    reader.Keys(*row,
                {"code", "name", "rank", "high_level", "term_years", "clause"});
    Tier tier;
    tier.code = reader.Id(*row, "code", codes);
    tier.name = reader.Bilingual(*row, "name");
    tier.rank = static_cast<int>(
        reader.Int(*row, "rank", true, 1, kHighestRank).value_or(0));
    tier.high_level = reader.Bool(*row, "high_level", false);
    tier.term_years = static_cast<int>(
        reader.Int(*row, "term_years", true, 1, kMostYears).value_or(0));
    tier.clause = reader.String(*row, "clause");
    if (tier.rank != 0 && !ranks.insert(tier.rank).second) {
      reader.Note((*row)["rank"],
                  Say("已有类别为此等级", "a tier has this rank already"),
                  (*row)["rank"].scalar);
    }
    catalogue.tiers.push_back(std::move(tier));
  }
  std::sort(catalogue.tiers.begin(), catalogue.tiers.end(),
            [](const Tier& a, const Tier& b) { return a.rank > b.rank; });
}

void ReadSeries(YamlReader& reader, const YamlNode& root,
                TierCatalogue& catalogue) {
  Declared codes;
  for (const YamlNode* row : reader.Maps(root, "series")) {
    reader.Keys(*row, {"code", "name", "clause", "term_years"});
    Series series{reader.Id(*row, "code", codes),
                  reader.Bilingual(*row, "name"),
                  reader.String(*row, "clause"),
                  {}};
    if (const auto years =
            reader.Int(*row, "term_years", false, 1, kMostYears)) {
      series.term_years = static_cast<int>(*years);
    }
    catalogue.series.push_back(std::move(series));
  }
}

void ReadRoutes(YamlReader& reader, const YamlNode& root,
                TierCatalogue& catalogue) {
  Declared codes;
  for (const YamlNode* row : reader.Maps(root, "routes")) {
    reader.Keys(*row, {"code", "name", "clause"});
    catalogue.routes.push_back({reader.Id(*row, "code", codes),
                                reader.Bilingual(*row, "name"),
                                reader.String(*row, "clause")});
  }
}

Criterion ReadCriterion(const Loading& loading, YamlReader& reader,
                        const YamlNode& row, Declared& ids) {
  const TierCatalogue& catalogue = loading.policy.catalogue;
  reader.Keys(row, {"id", "name", "tier", "route", "when", "high_level",
                    "sub_rank", "evidence", "clause", "from"});
  Criterion criterion;
  criterion.id = reader.Id(row, "id", ids);
  criterion.name = reader.Bilingual(row, "name");
  criterion.tier =
      reader.Code(row, "tier", {{"类别", "tier"}, Codes(catalogue.tiers)});
  criterion.route =
      reader.Code(row, "route", {{"途径", "route"}, Codes(catalogue.routes)});
  criterion.when =
      reader.Expr(row, "when", Kind::kBool, {"holder", "at", "param"});
  if (!row["high_level"].IsAbsent())
    criterion.high_level = reader.Bool(row, "high_level", false);
  criterion.sub_rank = static_cast<int>(
      reader.Int(row, "sub_rank", false, 1, kMostSubRanks).value_or(0));
  criterion.evidence = reader.Codes(row, "evidence", loading.Evidence(), true);
  criterion.clause = reader.String(row, "clause");
  criterion.from = reader.Date(row, "from");
  return criterion;
}

}  // namespace

void LoadCatalogue(Loading& loading) {
  loading.File("tiers.yaml", [&](YamlReader& reader, const YamlNode& root) {
    TierCatalogue& catalogue = loading.policy.catalogue;
    reader.Keys(root, {"tiers", "series", "routes", "criteria"});
    ReadTiers(reader, root, catalogue);
    ReadSeries(reader, root, catalogue);
    ReadRoutes(reader, root, catalogue);
    Declared ids;
    for (const YamlNode* row : reader.Maps(root, "criteria")) {
      catalogue.criteria.push_back(ReadCriterion(loading, reader, *row, ids));
    }
  });
}

}  // namespace talentcard::policy
