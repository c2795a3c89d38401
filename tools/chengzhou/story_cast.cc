#include "tools/chengzhou/story_cast.h"

#include "tools/chengzhou/story.h"

namespace talentcard::client {

std::vector<Asker> StoryAskers() {
  return {kAuthor,       kSystem,     kClerk,         kClerkReviewing,
          kReviewer,     kDepartment, kOrganisation,  kOffice,
          kHeadOfOffice, kHospital,   kOtherHospital, kCompanionHospital,
          kElsewhere,    kBureau,     kKeeper,        kSecondKeeper,
          kAuditor};
}

}  // namespace talentcard::client
