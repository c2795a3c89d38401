#include "tools/chengzhou/wording.h"

#include <map>

namespace talentcard::client {
namespace {

const std::map<std::string_view, std::string_view>& Chinese() {
  static const auto* const words =
      new std::map<std::string_view, std::string_view>{
          {"name", "名称"},
          {"etag", "版本"},
          {"full_name", "姓名"},
          {"sex", "性别"},
          {"birth_date", "出生日期"},
          {"nationality", "国籍"},
          {"phone", "电话"},
          {"documents", "证件"},
          {"facts", "事实"},
          {"relations", "亲属"},
          {"consents", "同意"},
          {"kind", "种类"},
          {"number", "号码"},
          {"holder", "持卡人"},
          {"series", "系列"},
          {"tier", "类别"},
          {"tier_name", "类别名称"},
          {"state", "状态"},
          {"state_name", "状态名称"},
          {"valid_from", "生效"},
          {"valid_until", "有效期至"},
          {"valid_to", "止于"},
          {"events", "经过"},
          {"history", "经过"},
          {"create_time", "建立时间"},
          {"update_time", "更新时间"},
          {"log_index", "日志序号"},
          {"outcome", "结果"},
          {"reason", "理由代码"},
          {"reasons", "理由"},
          {"explanation", "说明"},
          {"decision", "决定号"},
          {"relation", "关系"},
          {"level", "待遇级别"},
          {"remaining", "剩余次数"},
          {"entitlement", "待遇"},
          {"beneficiary", "受益人"},
          {"findings", "条件"},
          {"condition", "条件"},
          {"result", "判定"},
          {"clause", "依据"},
          {"description", "内容"},
          {"values", "所见"},
          {"remedy", "如何补正"},
          {"missing", "所缺"},
          {"next_change_time", "自行变化时间"},
          {"policy_digest", "规则摘要"},
          {"facts_revision", "事实版本"},
          {"valid_time", "适用时间"},
          {"known_time", "所知时间"},
          {"grant", "给予"},
          {"owner", "责任方"},
          {"track", "安置类别"},
          {"subject", "当事人"},
          {"fields", "填报"},
          {"actions", "可办"},
          {"action", "动作"},
          {"actor", "办理人"},
          {"time", "时间"},
          {"due", "时限"},
          {"acknowledge_by", "签收时限"},
          {"acceptance_date", "受理日"},
          {"station", "窗口"},
          {"roles", "由谁"},
          {"school", "学校"},
          {"stage", "学段"},
          {"season", "学年"},
          {"grade", "年级"},
          {"placed", "已安排"},
          {"position", "排序"},
          {"offers", "可选"},
          {"display_name", "名称"},
          {"distance_km", "距离（公里）"},
          {"free_places", "余额"},
          {"people", "人员"},
          {"by_category", "按类别"},
          {"by_criterion", "按条件"},
          {"high_level", "高层次人才"},
          {"criteria", "认定条件"},
          {"criterion", "条件"},
          {"met", "符合"},
          {"recognised", "已认定"},
          {"evidence", "证明材料"},
          {"rank", "级别"},
          {"route", "途径"},
          {"method", "接口"},
          {"purpose", "目的"},
          {"tree_size", "日志长度"},
          {"root_hash", "根哈希"},
          {"note", "签名检查点"},
          {"spouse", "配偶"},
          {"hospital", "医院"},
          {"answer", "答复"},
          {"ALLOW", "可以享受"},
          {"DENY", "不可享受"},
          {"MANUAL", "转人工"},
          {"NEEDS_FACTS", "需补充材料"},
          {"ALLOW_WITH_CONDITIONS", "附条件享受"},
          {"HELD", "满足"},
          {"FAILED", "不满足"},
          {"UNKNOWN", "待证"},
          {"NOT_APPLICABLE", "不适用"},
          {"ACTIVE", "有效"},
          {"SUSPENDED", "暂停"},
          {"CANCELLED", "注销"},
          {"REVOKED", "撤销"},
          {"LOST", "挂失"},
          {"REPLACED", "已换发"},
          {"EXPIRED", "过期"},
          {"NONE", "无"},
          {"RESERVED", "已预留"},
          {"CONFIRMED", "已确认"},
          {"RELEASED", "已释放"},
          {"SELF", "本人"},
          {"SPOUSE", "配偶"},
          {"PARENT", "父母"},
          {"CHILD", "子女"},
          {"PARENT_IN_LAW", "配偶父母"},
          {"CIVIL_SERVANT", "公务员"},
          {"PUBLIC_INSTITUTION", "事业单位"},
          {"STATE_OWNED", "国有企业"},
          {"OTHER", "其他"},
      };
  return *words;
}

}  // namespace

std::string Word(std::string_view text, Language language) {
  if (language == Language::kEnglish) return std::string(text);
  const auto it = Chinese().find(text);
  return std::string(it == Chinese().end() ? text : it->second);
}

int Width(std::string_view utf8) {
  int width = 0;
  for (size_t i = 0; i < utf8.size(); ++i) {
    const unsigned char c = static_cast<unsigned char>(utf8[i]);
    if ((c & 0xC0) == 0x80) continue;
    // Everything from U+1100 on that this program prints is wide, but for
    // general punctuation and arrows (U+2000–U+2BFF).
    const bool punctuation = c == 0xE2 && i + 1 < utf8.size() &&
                             static_cast<unsigned char>(utf8[i + 1]) < 0xBA;
    width += c >= 0xE1 && !punctuation ? 2 : 1;
  }
  return width;
}

std::string Padded(std::string_view utf8, int width) {
  std::string out(utf8);
  const int missing = width - Width(utf8);
  if (missing > 0) out.append(missing, ' ');
  return out;
}

}  // namespace talentcard::client
