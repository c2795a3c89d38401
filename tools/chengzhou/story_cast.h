#ifndef TALENTCARD_TOOLS_CHENGZHOU_STORY_CAST_H_
#define TALENTCARD_TOOLS_CHENGZHOU_STORY_CAST_H_

#include "tools/chengzhou/client.h"

// Who asks in the story, and the places it plays at.
namespace talentcard::client {

inline constexpr char kEmployer[] = "employers/91219900MAT0001300";
inline constexpr char kFirstSchool[] = "schools/first-primary";
inline constexpr char kSecondSchool[] = "schools/second-primary";

inline const Asker kAuthor{"policy-author", "offices/talent", "staff/author",
                           ""};
inline const Asker kSystem{"system", "offices/data", "staff/system", ""};
inline const Asker kClerk{"clerk", "stations/haizhou", "staff/wang",
                          "人才认定与办卡"};
inline const Asker kClerkReviewing{"reviewer", "stations/haizhou", "staff/wang",
                                   "初审"};
inline const Asker kReviewer{"reviewer", "towns/haizhou", "staff/li", "初审"};
inline const Asker kDepartment{"department", "departments/hr-bureau",
                               "staff/zhao", "部门审核"};
inline const Asker kOrganisation{"department",
                                 "departments/organisation-department",
                                 "staff/qian", "配偶安置"};
inline const Asker kOffice{"talent-office", "offices/talent", "staff/sun",
                           "认定"};
inline const Asker kHeadOfOffice{"talent-office", "offices/talent", "staff/he",
                                 "复核"};
inline const Asker kHospital{"hospital", "hospitals/haicheng-central",
                             "staff/desk1", "就医"};
inline const Asker kOtherHospital{"hospital", "hospitals/haicheng-tcm",
                                  "staff/desk2", "就医"};
inline const Asker kCompanionHospital{
    "hospital", "hospitals/haicheng-orthopaedic", "staff/desk3", "就医"};
inline const Asker kElsewhere{"hospital", "hospitals/elsewhere", "staff/x",
                              "就医"};
inline const Asker kBureau{"education-bureau", "offices/education",
                           "staff/zhou", "招生"};
inline const Asker kKeeper{"security-admin", "offices/security", "staff/keeper",
                           "卡码密钥轮换"};
inline const Asker kSecondKeeper{"security-admin", "offices/security",
                                 "staff/second-keeper", "卡码密钥轮换"};
inline const Asker kAuditor{"auditor", "offices/audit", "staff/auditor",
                            "审计"};

}  // namespace talentcard::client

#endif  // TALENTCARD_TOOLS_CHENGZHOU_STORY_CAST_H_
