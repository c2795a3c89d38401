#include "services/rpc/sentences.h"

namespace talentcard::rpc {

namespace v1 = chengzhou::talentcard::v1;

const char* ChineseSentence(v1::ErrorReason reason) {
  switch (reason) {
    case v1::INVALID_REQUEST:
      return "填写有误：请按所列各项一次改正后重发";
    case v1::ACCESS_DENIED:
      return "本岗位或本机构无权这样办理；请写明事由，或转有权的岗位";
    case v1::ASKER_UNKNOWN:
      return "未说明由谁办理：请用本机构证书和本人工号登录后再办";
    case v1::RESOURCE_NOT_FOUND:
      return "没有这条记录：请核对编号或证件号码";
    case v1::REQUEST_ID_REUSED:
      return "请求号已用于另一请求：新办理请换新的请求号";
    case v1::RESOURCE_EXISTS:
      return "已有同样的记录：请先查看，勿重复登记";
    case v1::ETAG_MISMATCH:
      return "记录刚被他人改动：请重新读取后再办";
    case v1::STATE_FORBIDS:
      return "当前状态不能这样办理：请先查看现状";
    case v1::RULES_REFUSE:
      return "按规则不能办理：请看理由代码和说明，补正后再办";
    case v1::NO_POLICY_IN_FORCE:
      return "所问时间没有生效的政策：请核对日期";
    case v1::TOO_MANY_REQUESTS:
      return "此刻办理过多：请稍等几秒再试，急诊照常收治";
    case v1::READ_ONLY:
      return "服务器磁盘已满：核验照常，登记和查阅请稍后再办，并告知运维";
    case v1::POLICY_INVALID:
      return "规则有误，未发布：请按所列各处改正";
    case v1::DATA_DAMAGED:
      return "存储数据校验不符，已停止答复：请立即告知运维";
    case v1::STALE_READ:
      return "数据尚未同步到所要求的版本：请稍后再试";
    case v1::MISS_BUDGET_SPENT:
      return "查无此人的查询过多，暂停受理：请核对证件，稍后再试，急诊照常收治";
    case v1::APPROVAL_NEEDED:
      return "须由另一人批准：请先提请，批准后由提请人原样再办";
    case v1::SIGN_IN_NEEDED:
      return "请先登录，或登录已到时：chengzhou staff sign-in";
    case v1::SIGN_IN_REFUSED:
      return "登录未成功：密码或验证码不对，或帐号已锁定、停用、未开通；"
             "连错五次锁定一刻钟，可请安全管理员重置";
    case v1::CODE_KEYS_NOT_VOUCHED:
      return "卡码的签名密钥尚未经根密钥认可或已过期：请安全管理员签发新的"
             "密钥名单";
    default:
      return "系统内部错误：请记下时间并告知运维";
  }
}

}  // namespace talentcard::rpc
