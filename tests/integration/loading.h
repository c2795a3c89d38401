#ifndef TALENTCARD_TESTS_INTEGRATION_LOADING_H_
#define TALENTCARD_TESTS_INTEGRATION_LOADING_H_

#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "chengzhou/talentcard/v1/registry_service.grpc.pb.h"
#include "gtest/gtest.h"
#include "tools/chengzhou/client.h"
#include "tools/rulecheck/bundle_files.h"

// What every server of a test begins with.
namespace talentcard {

// The first bundle of an empty database.
inline void PublishFirst(client::Client& client, const std::string& rules) {
  const auto files = ReadBundle(rules);
  ASSERT_TRUE(files.ok()) << files.status();
  client::Json list = client::Json::array();
  for (const auto& [path, content] : *files)
    list.push_back({{"path", path}, {"content", absl::Base64Escape(content)}});
  const auto published =
      client.Call({"policy-author", "offices/talent", "staff/author", ""},
                  "PolicyService/PublishPolicy",
                  {{"files", list}, {"request_id", "publish-0001"}});
  ASSERT_TRUE(published.ok()) << published.status();
}

inline void Import(client::Client& client,
                   const std::vector<chengzhou::talentcard::v1::Person>& people,
                   const std::string& request_id) {
  grpc::ClientContext context;
  const client::Asker system{"system", "offices/data", "staff/system", ""};
  client.Identify(system, context);
  const auto stub = chengzhou::talentcard::v1::RegistryService::NewStub(
      *client.Channel(system));
  const auto stream = stub->ImportPeople(&context);
  chengzhou::talentcard::v1::ImportPeopleRequest request;
  for (const auto& person : people) *request.add_people() = person;
  request.set_request_id(request_id);
  chengzhou::talentcard::v1::ImportPeopleResponse response;
  ASSERT_TRUE(stream->Write(request) && stream->Read(&response));
  stream->WritesDone();
  ASSERT_TRUE(stream->Finish().ok());
  ASSERT_EQ(response.imported(), request.people_size());
}

}  // namespace talentcard

#endif  // TALENTCARD_TESTS_INTEGRATION_LOADING_H_
