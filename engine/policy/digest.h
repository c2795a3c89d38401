#ifndef TALENTCARD_ENGINE_POLICY_DIGEST_H_
#define TALENTCARD_ENGINE_POLICY_DIGEST_H_

#include <map>
#include <string>

namespace talentcard::policy {

// SHA-256, lower-case hexadecimal, of a bundle's canonical form: for each file
// in order of path, the lengths of path and content (8 bytes each, big-endian),
// the path and the content, with line ends made `\n`.
std::string Digest(const std::map<std::string, std::string>& files);

}  // namespace talentcard::policy

#endif  // TALENTCARD_ENGINE_POLICY_DIGEST_H_
