#ifndef TALENTCARD_SERVICES_STORE_DIRECTORY_H_
#define TALENTCARD_SERVICES_STORE_DIRECTORY_H_

#include <string>

namespace talentcard::store {

// Makes the name of a new file durable: it is only once its directory is. False
// with errno if it cannot.
bool SyncDirectoryOf(const std::string& path);

}  // namespace talentcard::store

#endif  // TALENTCARD_SERVICES_STORE_DIRECTORY_H_
