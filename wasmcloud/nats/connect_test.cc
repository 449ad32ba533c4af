// Every way to prove who we are, and every way to fail at it.
#include <fstream>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>

#include "wasmcloud/nats/credentials.h"
#include "wasmcloud/nats/testing/connection_fixture.h"
#include "wasmcloud/nats/testing/identities.h"

namespace wasmcloud::nats {
namespace {

using namespace std::chrono_literals;

SecretString secret(std::string text) { return SecretString(std::move(text)); }

class ConnectTest : public ConnectionFixture {
 protected:
  // Connects and has a message come back.
  void expect_works(ConnectOptions options) { run(echo(blocking(), std::move(options))); }

  static Task<> echo(asio::any_io_executor blocking, ConnectOptions options) {
    WC_CO_TRY(const auto connection, connect(std::move(blocking), std::move(options), soon()));
    SubscribeOptions wanted{.subject = connection->new_inbox()};
    Outgoing message{.subject = wanted.subject, .payload = "hello"};
    WC_CO_TRY(Subscription subscription, connection->subscribe(std::move(wanted)));
    WC_CO_CHECK_VALUE(connection->publish(message));
    WC_CO_TRY(const auto received, subscription.next(soon()));
    EXPECT_TRUE(received.has_value());
    EXPECT_EQ(received->text(), "hello");
    co_return co_await connection->close();
  }
};

TEST_F(ConnectTest, Anonymous) {
  NatsServer server;
  expect_works(options_for(server));
}

// A sanitizer sees it if a thread of the C client still held something: what it stands on is gone.
TEST_F(ConnectTest, NothingOfItOutlivesItsClose) {
  NatsServer server;
  for (int i = 0; i < 100; ++i) {
    asio::io_context context;
    asio::thread_pool pool(2);
    auto ended =
        asio::co_spawn(context, echo(pool.get_executor(), options_for(server)), asio::use_future);
    context.run();
    EXPECT_TRUE(ended.get());
  }
}

TEST_F(ConnectTest, UserAndPassword) {
  NatsServer server("authorization { user: alice, password: open-sesame }");
  ConnectOptions options = options_for(server);
  options.credentials = UserPassword{"alice", secret("open-sesame")};
  expect_works(std::move(options));

  ConnectOptions wrong = options_for(server);
  wrong.credentials = UserPassword{"alice", secret("close-sesame")};
  const std::string text = connect_error(std::move(wrong), ErrorKind::denied);
  EXPECT_NE(text.find(server.url()), std::string::npos) << text;
  EXPECT_EQ(text.find("sesame"), std::string::npos) << text;
  EXPECT_NE(connect_error(options_for(server), ErrorKind::denied), "");
}

TEST_F(ConnectTest, UserAndPasswordInTheUrlAreNotPrinted) {
  NatsServer server("authorization { user: alice, password: open-sesame }");
  ConnectOptions options = options_for(server);
  options.urls = {fmt::format("nats://alice:open-sesame@127.0.0.1:{}", server.port())};
  expect_works(std::move(options));

  ConnectOptions wrong = options_for(server);
  wrong.urls = {fmt::format("nats://alice:close-sesame@127.0.0.1:{}", server.port())};
  const std::string text = connect_error(std::move(wrong), ErrorKind::denied);
  EXPECT_EQ(text.find("sesame"), std::string::npos) << text;
}

TEST_F(ConnectTest, Token) {
  NatsServer server("authorization { token: s3cr3t }");
  ConnectOptions options = options_for(server);
  options.credentials = Token{secret("s3cr3t")};
  expect_works(std::move(options));

  ConnectOptions wrong = options_for(server);
  wrong.credentials = Token{secret("s3cr3")};
  const std::string text = connect_error(std::move(wrong), ErrorKind::denied);
  EXPECT_EQ(text.find("s3cr3"), std::string::npos) << text;
}

TEST_F(ConnectTest, NkeySeed) {
  const Nkey key = make_nkey(NkeyKind::user);
  NatsServer server(fmt::format("authorization {{ users: [ {{ nkey: {} }} ] }}", key.public_key));
  ConnectOptions options = options_for(server);
  options.credentials = NkeySeed{secret(key.seed)};
  expect_works(std::move(options));

  ConnectOptions wrong = options_for(server);
  wrong.credentials = NkeySeed{secret(make_nkey(NkeyKind::user).seed)};
  EXPECT_NE(connect_error(std::move(wrong), ErrorKind::denied), "");
}

TEST_F(ConnectTest, JwtAndSeed) {
  const JwtWorld world = make_jwt_world();
  NatsServer server(world.server_config + "jetstream: disabled\n");
  ConnectOptions options = options_for(server);
  options.credentials = JwtAndSeed{secret(world.user_jwt), secret(world.user_seed)};
  expect_works(std::move(options));

  ConnectOptions wrong = options_for(server);
  wrong.credentials = JwtAndSeed{secret(world.user_jwt), secret(make_nkey(NkeyKind::user).seed)};
  EXPECT_NE(connect_error(std::move(wrong), ErrorKind::denied), "");
}

TEST_F(ConnectTest, CredentialsFile) {
  const JwtWorld world = make_jwt_world();
  NatsServer server(world.server_config + "jetstream: disabled\n");
  const std::string path = server.directory() / "user.creds";
  std::ofstream(path) << world.credentials_file();
  ConnectOptions options = options_for(server);
  options.credentials = CredentialsFile{path};
  expect_works(std::move(options));

  ConnectOptions missing = options_for(server);
  missing.credentials = CredentialsFile{path + ".none"};
  const std::string text = connect_error(std::move(missing), ErrorKind::invalid);
  EXPECT_NE(text.find(path + ".none"), std::string::npos) << text;
}

TEST_F(ConnectTest, JwtWithoutSeedAndTheReverseAreRefused) {
  for (const bool has_jwt : {true, false}) {
    ConnectOptions options;
    options.urls = {"nats://127.0.0.1:1"};
    options.credentials = JwtAndSeed{secret(has_jwt ? "x" : ""), secret(has_jwt ? "" : "x")};
    const std::string text = connect_error(std::move(options), ErrorKind::invalid);
    EXPECT_NE(text.find("cannot authenticate if only one of jwt or seed is specified"),
              std::string::npos)
        << text;
  }
}

TEST_F(ConnectTest, TlsWithAnAuthorityOfOnesOwn) {
  const NatsServer folder;  // only for its folder: the server needs the files when it starts
  const std::string at = folder.directory().string();
  write_certificates(folder.directory());
  NatsServer server(
      fmt::format("tls {{ cert_file: \"{0}/server.pem\", key_file: \"{0}/server.key\" }}", at));
  ConnectOptions options = options_for(server);
  options.tls.ca_file = at + "/ca.pem";
  expect_works(std::move(options));

  ConnectOptions stranger = options_for(server);
  stranger.tls.required = true;  // the system's authorities do not know this one
  EXPECT_NE(connect_error(std::move(stranger), ErrorKind::unavailable), "");

  ConnectOptions required = options_for(folder);
  required.tls.required = true;
  const std::string text = connect_error(std::move(required), ErrorKind::invalid);
  EXPECT_NE(text.find(folder.url()), std::string::npos) << text;

  ConnectOptions missing = options_for(server);
  missing.tls.ca_file = at + "/none.pem";
  EXPECT_NE(connect_error(std::move(missing), ErrorKind::invalid).find("none.pem"),
            std::string::npos);
}

TEST_F(ConnectTest, TlsWithAClientsCertificate) {
  const NatsServer folder;
  const std::string at = folder.directory().string();
  write_certificates(folder.directory());
  NatsServer server(
      fmt::format("tls {{ cert_file: \"{0}/server.pem\", key_file: \"{0}/server.key\", ca_file: "
                  "\"{0}/ca.pem\", "
                  "verify: true }}",
                  at));
  ConnectOptions options = options_for(server);
  options.tls = {
      .ca_file = at + "/ca.pem", .certificate = at + "/client.pem", .key = at + "/client.key"};
  expect_works(std::move(options));

  ConnectOptions without = options_for(server);
  without.tls.ca_file = at + "/ca.pem";
  EXPECT_NE(connect_error(std::move(without), ErrorKind::unavailable), "");

  ConnectOptions half = options_for(server);
  half.tls.certificate = at + "/client.pem";
  EXPECT_NE(connect_error(std::move(half), ErrorKind::invalid), "");
}

TEST_F(ConnectTest, NobodyListensThere) {
  ConnectOptions options;
  {
    const NatsServer gone;
    options.urls = {gone.url()};
  }
  const std::string url = options.urls[0];
  const std::string text = connect_error(std::move(options), ErrorKind::unavailable);
  EXPECT_NE(text.find(url), std::string::npos) << text;
}

TEST_F(ConnectTest, TheSecondUrlCounts) {
  NatsServer server;
  ConnectOptions options = options_for(server);
  {
    const NatsServer gone;
    options.urls.insert(options.urls.begin(), gone.url());
  }
  expect_works(std::move(options));
}

TEST_F(ConnectTest, AFrozenServerIsATimeout) {
  NatsServer server;
  server.freeze();
  ConnectOptions options = options_for(server);
  options.connect_timeout = 50ms;
  EXPECT_NE(connect_error(std::move(options), ErrorKind::timeout), "");
  server.thaw();
}

TEST(Credentials, FromTheSettingsOfAHost) {
  const auto kind_of = [](auto jwt, auto seed, auto file) {
    return credentials_from_settings(jwt ? std::optional(secret(jwt)) : std::nullopt,
                                     seed ? std::optional(secret(seed)) : std::nullopt,
                                     file ? std::optional<std::string>(file) : std::nullopt);
  };
  const char* const none = nullptr;
  EXPECT_TRUE(std::holds_alternative<std::monostate>(*kind_of(none, none, none)));
  EXPECT_TRUE(std::holds_alternative<std::monostate>(*kind_of("", "", "")));
  EXPECT_TRUE(std::holds_alternative<JwtAndSeed>(*kind_of("j", "s", none)));
  EXPECT_TRUE(std::holds_alternative<CredentialsFile>(*kind_of("", none, "f")));
  for (const auto& result : {kind_of("j", none, none), kind_of(none, "s", none)}) {
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().message(),
              "cannot authenticate if only one of jwt or seed is specified");
  }
  EXPECT_EQ(kind_of("j", "s", "f").error().kind(), ErrorKind::invalid);
}

TEST(Credentials, PublicKeyOfASeed) {
  for (int i = 0; i < 20; ++i) {
    const Nkey key = make_nkey(NkeyKind::user);
    const auto found = nkey_of_seed(secret(key.seed));
    ASSERT_TRUE(found) << found.error().describe();
    EXPECT_EQ(*found, key.public_key);
    EXPECT_EQ(found->front(), 'U');
  }
}

TEST(Credentials, ASeedThatIsNoneIsRefusedAndNotPrinted) {
  const std::string good = make_nkey(NkeyKind::user).seed;
  std::string mistyped = good;
  mistyped[20] = mistyped[20] == 'A' ? 'B' : 'A';
  for (const std::string& bad : {std::string("hunter2"), mistyped, good.substr(0, 40),
                                 std::string(), make_nkey(NkeyKind::account).seed}) {
    const auto found = nkey_of_seed(secret(bad));
    ASSERT_FALSE(found) << bad;
    EXPECT_EQ(found.error().kind(), ErrorKind::invalid);
    if (!bad.empty()) {
      EXPECT_EQ(found.error().describe().find(bad), std::string::npos);
    }
  }
}

}  // namespace
}  // namespace wasmcloud::nats
