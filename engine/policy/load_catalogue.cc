#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "engine/policy/loader.h"

namespace talentcard::policy {
namespace {

using Kind = cel::Type::Kind;

template <typename T>
std::vector<std::string> Codes(const std::vector<T>& rows) {
  std::vector<std::string> codes;
  for (const T& row : rows) codes.push_back(row.code);
  return codes;
}

template <typename T>
void AddUnique(YamlReader& reader, const YAML::Node& where, std::vector<T>& rows, T row) {
  if (std::any_of(rows.begin(), rows.end(), [&](const T& r) { return r.code == row.code; })) {
    reader.Note(where, absl::StrCat("`", row.code, "` is there already"), row.code);
  }
  rows.push_back(std::move(row));
}

void ReadTiers(YamlReader& reader, const YAML::Node& root, TierCatalogue& catalogue) {
  std::set<int> ranks;
  for (const YAML::Node& row : reader.Maps(root, "tiers")) {
    reader.Keys(row, {"code", "name", "rank", "high_level", "term_years", "clause"});
    Tier tier{reader.String(row, "code"), reader.Bilingual(row, "name"), reader.Int(row, "rank", true).value_or(0),
              reader.Bool(row, "high_level", false), reader.Int(row, "term_years", true).value_or(0), reader.String(row, "clause")};
    if (tier.rank < 1 || !ranks.insert(tier.rank).second) {
      reader.Note(row, "ranks must be positive and differ", absl::StrCat(tier.rank));
    }
    AddUnique(reader, row, catalogue.tiers, std::move(tier));
  }
  std::sort(catalogue.tiers.begin(), catalogue.tiers.end(), [](const Tier& a, const Tier& b) { return a.rank > b.rank; });
}

void ReadCriterion(Loading& loading, YamlReader& reader, const YAML::Node& row) {
  TierCatalogue& catalogue = loading.policy.catalogue;
  reader.Keys(row, {"id", "name", "tier", "route", "when", "high_level", "sub_rank", "evidence", "clause", "from"});
  Criterion criterion;
  criterion.id = reader.String(row, "id");
  criterion.name = reader.Bilingual(row, "name");
  criterion.tier = reader.String(row, "tier");
  criterion.route = reader.String(row, "route");
  criterion.when = reader.Expr(row, "when", Kind::kBool, {"holder", "at", "param"});
  if (row["high_level"].IsDefined()) criterion.high_level = reader.Bool(row, "high_level", false);
  criterion.sub_rank = reader.Int(row, "sub_rank", false).value_or(0);
  criterion.evidence = reader.Strings(row, "evidence", true);
  criterion.clause = reader.String(row, "clause");
  criterion.from = reader.Date(row, "from");
  reader.OneOf(row["tier"], criterion.tier, Codes(catalogue.tiers), "tier");
  reader.OneOf(row["route"], criterion.route, Codes(catalogue.routes), "route");
  for (const std::string& kind : criterion.evidence) reader.OneOf(row["evidence"], kind, loading.EvidenceKinds(), "kind of evidence");
  const bool twice = std::any_of(catalogue.criteria.begin(), catalogue.criteria.end(), [&](const Criterion& c) { return c.id == criterion.id; });
  if (twice) reader.Note(row, absl::StrCat("the criterion `", criterion.id, "` is there already"), criterion.id);
  catalogue.criteria.push_back(std::move(criterion));
}

}  // namespace

void LoadCatalogue(Loading& loading) {
  loading.File("tiers.yaml", [&](YamlReader& reader, const YAML::Node& root) {
    TierCatalogue& catalogue = loading.policy.catalogue;
    reader.Keys(root, {"tiers", "series", "routes", "criteria"});
    ReadTiers(reader, root, catalogue);
    for (const YAML::Node& row : reader.Maps(root, "series")) {
      reader.Keys(row, {"code", "name", "clause", "term_years"});
      AddUnique(reader, row, catalogue.series,
                Series{reader.String(row, "code"), reader.Bilingual(row, "name"), reader.String(row, "clause"), reader.Int(row, "term_years", false)});
    }
    for (const YAML::Node& row : reader.Maps(root, "routes")) {
      reader.Keys(row, {"code", "name", "clause"});
      AddUnique(reader, row, catalogue.routes, Route{reader.String(row, "code"), reader.Bilingual(row, "name"), reader.String(row, "clause")});
    }
    for (const YAML::Node& row : reader.Maps(root, "criteria")) ReadCriterion(loading, reader, row);
  });
}

}  // namespace talentcard::policy
