// The client's TLS against a server whose certificate is made here.
#include <array>
#include <filesystem>
#include <fstream>
#include <functional>
#include <future>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "wasmcloud/base/deleter.h"
#include "wasmcloud/base/shard.h"
#include "wasmcloud/http/client.h"
#include "wasmcloud/http/raw_peer.h"

namespace wasmcloud::http {
namespace {

using namespace std::chrono_literals;
using asio::ip::tcp;

using Key = std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Deleter<X509_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Deleter<X509_EXTENSION_free>>;
using Memory = std::unique_ptr<BIO, Deleter<BIO_free>>;

std::string text_of(BIO* memory) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(memory, &data);
  return {data, static_cast<std::size_t>(size)};
}

// Signed by itself, for the name "localhost".
struct Identity {
  std::string certificate;
  std::string key;

  static Identity make() {
    const Key key(EVP_EC_gen("P-256"));
    const Certificate certificate(X509_new());
    X509_set_version(certificate.get(), 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3600);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
    X509_set_pubkey(certificate.get(), key.get());
    X509_NAME* const name = X509_get_subject_name(certificate.get());
    const std::array<unsigned char, 9> common = {'l', 'o', 'c', 'a', 'l', 'h', 'o', 's', 't'};
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, common.data(), 9, -1, 0);
    X509_set_issuer_name(certificate.get(), name);
    for (const auto& [nid, value] : {std::pair(NID_basic_constraints, "critical,CA:TRUE"),
                                     std::pair(NID_subject_alt_name, "DNS:localhost")}) {
      const Extension extension(X509V3_EXT_conf_nid(nullptr, nullptr, nid, value));
      X509_add_ext(certificate.get(), extension.get(), -1);
    }
    X509_sign(certificate.get(), key.get(), EVP_sha256());
    const Memory certificate_text(BIO_new(BIO_s_mem()));
    const Memory key_text(BIO_new(BIO_s_mem()));
    PEM_write_bio_X509(certificate_text.get(), certificate.get());
    PEM_write_bio_PrivateKey(key_text.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    return {text_of(certificate_text.get()), text_of(key_text.get())};
  }
};

Task<> run_exchange(Client& client, OpenRequest request, std::string& body,
                    ClientFailure& failure) {
  WC_CO_TRY(const auto exchange, client.open(std::move(request), &failure));
  WC_CO_TRY(const ResponseHead head, exchange->response());
  EXPECT_EQ(head.status, 200U);
  std::vector<std::uint8_t> buffer(32 * 1024);
  for (;;) {
    const Result<std::size_t> size = co_await exchange->response_body().read(buffer);
    failure = exchange->failure();
    WC_CO_CHECK_VALUE(size ? Result<>() : Result<>(size.error().clone()));
    if (*size == 0) {
      co_return Result<>();
    }
    body.append(reinterpret_cast<const char*>(buffer.data()), *size);
  }
}

class ClientTlsTest : public testing::Test {
 protected:
  void SetUp() override {
    const Identity identity = Identity::make();
    context_.use_certificate_chain(asio::buffer(identity.certificate));
    context_.use_private_key(asio::buffer(identity.key), asio::ssl::context::pem);
    ca_file_ = testing::TempDir() + fmt::format("wc_http_ca_{}.pem", ::getpid());
    std::ofstream(ca_file_) << identity.certificate;
    make({.ca_file = ca_file_});
  }

  void TearDown() override {
    on_shard([this] { client_.reset(); });
    if (serving_.valid()) {
      EXPECT_NO_THROW(serving_.get());
    }
    std::filesystem::remove(ca_file_);
  }

  void on_shard(const std::function<void()>& action) {
    std::packaged_task<void()> task(action);
    auto done = task.get_future();
    asio::post(shards_[0].executor(), [&task] { task(); });
    done.get();
  }

  void make(ClientConfig config) {
    on_shard([&] {
      auto client = make_client(shards_[0].executor(), config);
      ASSERT_TRUE(client) << client.error().describe();
      client_ = *std::move(client);
    });
  }

  using Stream = asio::ssl::stream<tcp::socket>;

  // Accepts one connection; `script` runs if the handshake succeeds.
  void serve(std::function<void(Stream&)> script) {
    serving_ = std::async(std::launch::async, [this, script = std::move(script)] {
      Stream stream(acceptor_.accept(), context_);
      boost::system::error_code error;
      stream.handshake(asio::ssl::stream_base::server, error);
      if (!error) {
        name_ = SSL_get_servername(stream.native_handle(), TLSEXT_NAMETYPE_host_name);
        script(stream);
      }
    });
  }

  Result<> run(const std::string& host = "localhost") {
    OpenRequest request;
    request.head.method = "GET";
    request.head.target = "/";
    request.head.scheme = "https";
    request.head.authority = fmt::format("{}:{}", host, acceptor_.local_endpoint().port());
    request.timeouts.connect = connect_timeout_;
    return block_on(shards_[0].executor(),
                    run_exchange(*client_, std::move(request), body_, failure_));
  }

  Shards shards_{1};
  asio::io_context io_;
  tcp::acceptor acceptor_{io_, tcp::endpoint(asio::ip::address_v4::loopback(), 0)};
  asio::ssl::context context_{asio::ssl::context::tls_server};
  std::string ca_file_;
  std::string name_;
  std::string body_;
  ClientFailure failure_ = ClientFailure::none;
  std::chrono::nanoseconds connect_timeout_ = 60s;
  std::unique_ptr<Client> client_;
  std::future<void> serving_;
};

void answer(asio::ssl::stream<tcp::socket>& stream, std::string_view bytes) {
  std::string request;
  asio::read_until(stream, asio::dynamic_buffer(request), "\r\n\r\n");
  asio::write(stream, asio::buffer(bytes));
}

TEST_F(ClientTlsTest, TrustedServerIsTalkedToAndConnectionReused) {
  serve([](Stream& stream) {
    answer(stream, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi");
    answer(stream, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nho");
  });
  const Result<> first = run();
  EXPECT_TRUE(first) << first.error().describe();
  const Result<> second = run();
  EXPECT_TRUE(second) << second.error().describe();
  EXPECT_EQ(body_, "hiho");
  serving_.get();
  EXPECT_EQ(name_, "localhost");
}

TEST_F(ClientTlsTest, LargeBodyArrivesWhole) {
  const std::string large(5'000'000, 'x');
  serve([&large](Stream& stream) {
    answer(stream,
           fmt::format("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{}", large.size(), large));
  });
  EXPECT_TRUE(run());
  EXPECT_EQ(body_, large);
}

TEST_F(ClientTlsTest, ServerOfAnotherNameIsNotTrusted) {
  serve([](Stream& /*stream*/) {});
  const Result<> result = run("127.0.0.1");
  ASSERT_FALSE(result);
  EXPECT_EQ(failure_, ClientFailure::tls_certificate) << result.error().describe();
  EXPECT_EQ(result.error().kind(), ErrorKind::denied);
}

TEST_F(ClientTlsTest, ServerUnknownToTheSystemIsNotTrusted) {
  make({});
  serve([](Stream& /*stream*/) {});
  const Result<> result = run();
  ASSERT_FALSE(result);
  EXPECT_EQ(failure_, ClientFailure::tls_certificate) << result.error().describe();
}

TEST_F(ClientTlsTest, ServerWithoutTlsIsAProtocolFailure) {
  serving_ = std::async(std::launch::async, [this] {
    tcp::socket socket = acceptor_.accept();
    asio::write(socket, asio::buffer(std::string_view("HTTP/1.1 400 Bad Request\r\n\r\n")));
  });
  const Result<> result = run();
  ASSERT_FALSE(result);
  EXPECT_EQ(failure_, ClientFailure::tls_protocol) << result.error().describe();
}

TEST_F(ClientTlsTest, ServerThatNeverShakesHandsIsAConnectTimeout) {
  connect_timeout_ = 50ms;
  const Result<> result = run();  // the kernel connects, nobody answers
  ASSERT_FALSE(result);
  EXPECT_EQ(failure_, ClientFailure::connect_timeout) << result.error().describe();
  EXPECT_EQ(result.error().kind(), ErrorKind::timeout);
}

TEST_F(ClientTlsTest, BodyCutWithoutTlsEndIsALostConnection) {
  serve([](Stream& stream) {
    answer(stream, "HTTP/1.1 200 OK\r\n\r\nhalf");
    stream.next_layer().close();
  });
  EXPECT_FALSE(run());
  EXPECT_EQ(failure_, ClientFailure::connection_lost);
}

TEST_F(ClientTlsTest, BodyEndedByTlsIsWhole) {
  serve([](Stream& stream) {
    answer(stream, "HTTP/1.1 200 OK\r\n\r\nwhole");
    boost::system::error_code ignored;
    stream.shutdown(ignored);
  });
  EXPECT_TRUE(run());
  EXPECT_EQ(body_, "whole");
}

}  // namespace
}  // namespace wasmcloud::http
