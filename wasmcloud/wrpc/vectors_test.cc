// The vectors of the wire, a row each: numbers are those of wrpc.md 7.1 and 7.2. Vectors of
// contents of streams and futures are in value_codec_test.cc, of frames in frame_test.cc, of
// subjects in subject_test.cc.
#include <map>
#include <set>

#include "wasmcloud/wrpc/random_testing.h"
#include "wasmcloud/wrpc/scanner.h"
#include "wasmcloud/wrpc/wit_testing.h"

namespace wasmcloud::wrpc {
namespace {

using testing::Bytes;
using testing::from_hex;
using testing::to_hex;
using wit::Value;
using wit::ValueTypePtr;

std::string labels(std::size_t count, std::string_view payload) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) {
    text += fmt::format("n{}{}, ", i, payload);
  }
  return text;
}

std::string declare(std::string_view keyword, std::size_t count, std::string_view payload = "") {
  return fmt::format("{} {}-of-{} {{ {} }}\n", keyword, keyword, count, labels(count, payload));
}

constexpr std::string_view kDeclared = R"(
  variant error { no-such-store, access-denied, other(string) }
  record nested { foo: string }
  record outer { nested: nested }
  record keys { keys: list<string>, cursor: option<u64> }
  record object-id { container: string, object: string }
  record broker-message { subject: string, body: list<u8>, reply-to: option<string> }
  enum foo-bar { foo, bar }
  variant var-empty { var(outer), empty }

  variant method { get, head, post, put, delete, connect, options, trace, patch, other(string) }
  variant scheme { HTTP, HTTPS, other(string) }
  type fields = list<tuple<string, list<list<u8>>>>;
  record request {
    body: stream<u8>, trailers: future<option<fields>>, method: method,
    path-with-query: option<string>, scheme: option<scheme>, authority: option<string>,
    headers: fields,
  }
  record response {
    body: stream<u8>, trailers: future<option<fields>>, status: u16, headers: fields,
  }
  record request-options {
    connect-timeout: option<u64>, first-byte-timeout: option<u64>,
    between-bytes-timeout: option<u64>,
  }
  record dns-error { rcode: option<string>, info-code: option<u16> }
  record tls-alert { alert-id: option<u8>, alert-message: option<string> }
  record field-size { field-name: option<string>, field-size: option<u32> }
  variant error-code {
    DNS-timeout, DNS-error(dns-error), destination-not-found, destination-unavailable,
    destination-IP-prohibited, destination-IP-unroutable, connection-refused,
    connection-terminated, connection-timeout, connection-read-timeout,
    connection-write-timeout, connection-limit-reached, TLS-protocol-error,
    TLS-certificate-error, TLS-alert-received(tls-alert), HTTP-request-denied,
    HTTP-request-length-required, HTTP-request-body-size(option<u64>),
    HTTP-request-method-invalid, HTTP-request-URI-invalid, HTTP-request-URI-too-long,
    HTTP-request-header-section-size(option<u32>), HTTP-request-header-size(option<field-size>),
    HTTP-request-trailer-section-size(option<u32>), HTTP-request-trailer-size(field-size),
    HTTP-response-incomplete, HTTP-response-header-section-size(option<u32>),
    HTTP-response-header-size(field-size), HTTP-response-body-size(option<u64>),
    HTTP-response-trailer-section-size(option<u32>), HTTP-response-trailer-size(field-size),
    HTTP-response-transfer-coding(option<string>), HTTP-response-content-coding(option<string>),
    HTTP-response-timeout, HTTP-upgrade-failed, HTTP-protocol-error, loop-detected,
    configuration-error, internal-error(option<string>),
  }
)";

ValueTypePtr type_of(const std::string& text) {
  static const std::string declared = [] {
    std::string all(kDeclared);
    for (const std::size_t count : {3U, 8U, 9U, 16U, 17U, 32U, 33U, 64U}) {
      all += declare("flags", count);
    }
    return all + declare("enum", 2) + declare("enum", 200) + declare("enum", 300) +
           declare("variant", 3) + declare("variant", 130, "(u8)");
  }();
  static std::map<std::string, ValueTypePtr> made;
  ValueTypePtr& type = made[text];
  if (type == nullptr) {
    type = testing::type_of(text, declared);
  }
  return type;
}

std::string text_of(std::size_t length) { return '"' + std::string(length, 'a') + '"'; }

std::string zeroes(std::size_t count) {
  std::string text = "[";
  for (std::size_t i = 0; i < count; ++i) {
    text += "0, ";
  }
  return text + "]";
}

struct Vector {
  int number;
  std::string type;
  std::string value;  // in WAVE; handles as wit_testing.h has them
  std::string bytes;
};

const std::vector<Vector>& vectors() {
  static const std::vector<Vector> all = {
      {1, "bool", "false", "00"},
      {2, "bool", "true", "01"},
      {3, "u8", "0", "00"},
      {4, "u8", "127", "7f"},
      {5, "u8", "128", "80"},
      {6, "u8", "255", "ff"},
      {7, "s8", "0", "00"},
      {8, "s8", "-1", "ff"},
      {9, "s8", "127", "7f"},
      {10, "s8", "-128", "80"},
      {11, "u16", "0", "00"},
      {12, "u16", "127", "7f"},
      {13, "u16", "128", "80 01"},
      {14, "u16", "255", "ff 01"},
      {15, "u16", "300", "ac 02"},
      {16, "u16", "16383", "ff 7f"},
      {17, "u16", "16384", "80 80 01"},
      {18, "u16", "65535", "ff ff 03"},
      {19, "s16", "0", "00"},
      {20, "s16", "63", "3f"},
      {21, "s16", "64", "c0 00"},
      {22, "s16", "-1", "7f"},
      {23, "s16", "-64", "40"},
      {24, "s16", "-65", "bf 7f"},
      {25, "s16", "8191", "ff 3f"},
      {26, "s16", "8192", "80 c0 00"},
      {27, "s16", "-8192", "80 40"},
      {28, "s16", "-8193", "ff bf 7f"},
      {29, "s16", "32767", "ff ff 01"},
      {30, "s16", "-32768", "80 80 7e"},
      {31, "u32", "0", "00"},
      {32, "u32", "1", "01"},
      {33, "u32", "127", "7f"},
      {34, "u32", "128", "80 01"},
      {35, "u32", "624485", "e5 8e 26"},
      {36, "u32", "2097151", "ff ff 7f"},
      {37, "u32", "2097152", "80 80 80 01"},
      {38, "u32", "268435455", "ff ff ff 7f"},
      {39, "u32", "268435456", "80 80 80 80 01"},
      {40, "u32", "4294967295", "ff ff ff ff 0f"},
      {41, "s32", "0", "00"},
      {42, "s32", "-1", "7f"},
      {43, "s32", "63", "3f"},
      {44, "s32", "64", "c0 00"},
      {45, "s32", "-64", "40"},
      {46, "s32", "-65", "bf 7f"},
      {47, "s32", "-123456", "c0 bb 78"},
      {48, "s32", "134217727", "ff ff ff 3f"},
      {49, "s32", "134217728", "80 80 80 c0 00"},
      {50, "s32", "-134217728", "80 80 80 40"},
      {51, "s32", "-134217729", "ff ff ff bf 7f"},
      {52, "s32", "2147483647", "ff ff ff ff 07"},
      {53, "s32", "-2147483648", "80 80 80 80 78"},
      {54, "u64", "0", "00"},
      {55, "u64", "300", "ac 02"},
      {56, "u64", "4294967296", "80 80 80 80 10"},
      {57, "u64", "9223372036854775808", "80 80 80 80 80 80 80 80 80 01"},
      {58, "u64", "18446744073709551615", "ff ff ff ff ff ff ff ff ff 01"},
      {59, "s64", "-1", "7f"},
      {60, "s64", "4611686018427387903", "ff ff ff ff ff ff ff ff 3f"},
      {61, "s64", "4611686018427387904", "80 80 80 80 80 80 80 80 c0 00"},
      {62, "s64", "-4611686018427387904", "80 80 80 80 80 80 80 80 40"},
      {63, "s64", "-4611686018427387905", "ff ff ff ff ff ff ff ff bf 7f"},
      {64, "s64", "9223372036854775807", "ff ff ff ff ff ff ff ff ff 00"},
      {65, "s64", "-9223372036854775808", "80 80 80 80 80 80 80 80 80 7f"},
      {66, "f32", "0.0", "00 00 00 00"},
      {67, "f32", "-0.0", "00 00 00 80"},
      {68, "f32", "1.0", "00 00 80 3f"},
      {69, "f32", "1.5", "00 00 c0 3f"},
      {70, "f32", "-2.25", "00 00 10 c0"},
      {71, "f32", "inf", "00 00 80 7f"},
      {72, "f32", "-inf", "00 00 80 ff"},
      {73, "f32", "nan", "00 00 c0 7f"},
      {74, "f64", "0.0", "00 00 00 00 00 00 00 00"},
      {75, "f64", "1.0", "00 00 00 00 00 00 f0 3f"},
      {76, "f64", "-1.0", "00 00 00 00 00 00 f0 bf"},
      {77, "f64", "1.5", "00 00 00 00 00 00 f8 3f"},
      {78, "f64", "3.141592653589793", "18 2d 44 54 fb 21 09 40"},
      {79, "f64", "-inf", "00 00 00 00 00 00 f0 ff"},
      {80, "f64", "nan", "00 00 00 00 00 00 f8 7f"},
      {81, "char", "'a'", "61"},
      {82, "char", R"v('\u{0}')v", "00"},
      {83, "char", "'é'", "c3 a9"},
      {84, "char", "'€'", "e2 82 ac"},
      {85, "char", "'😀'", "f0 9f 98 80"},
      {86, "string", R"v("")v", "00"},
      {87, "string", R"v("test")v", "04 74 65 73 74"},
      {88, "string", R"v("héllo")v", "06 68 c3 a9 6c 6c 6f"},
      {89, "string", R"v("ƒ𐍈Ő")v", "08 c6 92 f0 90 8d 88 c5 90"},
      {90, "string", text_of(127), "7f 61*127"},
      {91, "string", text_of(128), "80 01 61*128"},
      {92, "list<u8>", "[]", "00"},
      {93, "list<u8>", "[1, 2, 255]", "03 01 02 ff"},
      {94, "list<u8>", zeroes(300), "ac 02 00*300"},
      {95, "list<u16>", "[1, 300]", "02 01 ac 02"},
      {96, "list<s32>", "[-1, 64]", "02 7f c0 00"},
      {97, "list<bool>", "[true, false, true]", "03 01 00 01"},
      {98, "list<string>", "[]", "00"},
      {99, "list<string>", R"v(["foo", "", "bar"])v", "03 03 66 6f 6f 00 03 62 61 72"},
      {100, "list<list<u8>>", "[[1], []]", "02 01 01 00"},
      {101, "list<char>", "['a', '€']", "02 61 e2 82 ac"},
      {102, "list<f32>", "[1.0]", "01 00 00 80 3f"},
      {103, "list<tuple<string, list<list<u8>>>>", R"v([("host", [[97, 46, 98]])])v",
       "01 04 68 6f 73 74 01 03 61 2e 62"},
      {104, "option<u32>", "none", "00"},
      {105, "option<u32>", "some(0)", "01 00"},
      {106, "option<u32>", "some(300)", "01 ac 02"},
      {107, "option<string>", R"v(some("hi"))v", "01 02 68 69"},
      {108, "option<option<bool>>", "none", "00"},
      {109, "option<option<bool>>", "some(none)", "01 00"},
      {110, "option<option<bool>>", "some(some(true))", "01 01 01"},
      {111, "option<list<u8>>", "some([])", "01 00"},
      {112, "result", "ok", "00"},
      {113, "result", "err", "01"},
      {114, "result<bool, string>", "ok(true)", "00 01"},
      {115, "result<bool, string>", R"v(err("no"))v", "01 02 6e 6f"},
      {116, "result<_, string>", "ok", "00"},
      {117, "result<_, string>", R"v(err(""))v", "01 00"},
      {118, "result<u64>", "ok(300)", "00 ac 02"},
      {119, "result<u64>", "err", "01"},
      {120, "result<option<list<u8>>, error>", "ok(some([42]))", "00 01 01 2a"},
      {121, "result<option<list<u8>>, error>", "ok(none)", "00 00"},
      {122, "result<option<list<u8>>, error>", "err(no-such-store)", "01 00"},
      {123, "result<option<list<u8>>, error>", "err(access-denied)", "01 01"},
      {124, "result<option<list<u8>>, error>", R"v(err(other("x")))v", "01 02 01 78"},
      {125, "tuple<u8, u32>", "(66, 66)", "42 42"},
      {126, "tuple<bool, u8, string, u32, tuple<result<bool, string>>>",
       R"v((true, 254, "test", 66, (ok(true))))v", "01 fe 04 74 65 73 74 42 00 01"},
      {127, "tuple<u8,u16,u32,u64,s8,s16,s32,s64,f32,f64>",
       "(254, 65534, 4294967294, 18446744073709551614, -2, -2, -2, -2, 0.42, 0.4242)",
       "fe fe ff 03 fe ff ff ff 0f fe ff ff ff ff ff ff ff ff 01 fe 7e 7e 7e 3d 0a d7 3e 12 a5 bd "
       "c1 17 26 db 3f"},
      {128, "tuple<string>", R"v(("x"))v", "01 78"},
      {129, "outer", R"v({ nested: { foo: "bar" } })v", "03 62 61 72"},
      {130, "keys", R"v({ keys: ["a", "b"], cursor: some(128) })v", "02 01 61 01 62 01 80 01"},
      {131, "object-id", R"v({ container: "c", object: "o.txt" })v", "01 63 05 6f 2e 74 78 74"},
      {132, "broker-message", R"v({subject: "a.b", body: [104, 105], reply-to: none})v",
       "03 61 2e 62 02 68 69 00"},
      {133, "broker-message", R"v({subject: "s", body: [], reply-to: some("_INBOX.x")})v",
       "01 73 00 01 08 5f 49 4e 42 4f 58 2e 78"},
      {134, "foo-bar", "foo", "00"},
      {135, "foo-bar", "bar", "01"},
      {136, "enum-of-200", "n199", "c7 01"},
      {137, "enum-of-300", "n299", "ab 02"},
      {138, "var-empty", "empty", "01"},
      {139, "var-empty", R"v(var({nested: {foo: "bar"}}))v", "00 03 62 61 72"},
      {140, "variant-of-130", "n129(7)", "81 01 07"},
      {141, "flags-of-3", "{}", "00"},
      {142, "flags-of-3", "{n0}", "01"},
      {143, "flags-of-3", "{n0, n2}", "05"},
      {144, "flags-of-8", "{n0, n1, n2, n3, n4, n5, n6, n7}", "ff"},
      {145, "flags-of-9", "{n0, n8}", "01 01"},
      {146, "flags-of-16", "{n15}", "00 80"},
      {147, "flags-of-17", "{n16}", "00 00 01"},
      {149, "flags-of-32", "{n0, n31}", "01 00 00 80"},
      {150, "flags-of-33", "{n32}", "00 00 00 00 01"},
      {151, "flags-of-64", "{n63}", "00 00 00 00 00 00 00 80"},
      {152, "own<r>", "[0, 1, 2, 255]", "04 00 01 02 ff"},
      {152, "borrow<r>", "[0, 1, 2, 255]", "04 00 01 02 ff"},
      {153, "own<r>", "[]", "00"},
      {153, "borrow<r>", "[]", "00"},
      {154, "own<r>", "[103, 69, 35, 1, 171, 137, 239, 125, 129, 35, 69, 103, 137, 171, 205, 239]",
       "10 67 45 23 01 ab 89 ef 7d 81 23 45 67 89 ab cd ef"},
      {155, "option<own<r>>", "some([104, 49])", "01 02 68 31"},
      {156, "list<borrow<r>>", "[[97], [98, 99]]", "02 01 61 02 62 63"},
      {157, "stream<string>", "pending", "00"},
      {157, "stream", "pending", "00"},
      {160, "future<string>", "pending", "00"},
      {160, "future", "pending", "00"},
      {174, "request",
       R"v({body: pending, trailers: pending, method: get, path-with-query: some("/"), scheme: some(HTTP), authority: some("localhost:8080"), headers: [("host", [[108, 111, 99, 97, 108, 104, 111, 115, 116, 58, 56, 48, 56, 48]])]})v",
       "00 00 00 01 01 2f 01 00 01 0e 6c 6f 63 61 6c 68 6f 73 74 3a 38 30 38 30 01 04 68 6f 73 74 "
       "01 0e 6c 6f 63 61 6c 68 6f 73 74 3a 38 30 38 30"},
      {175, "tuple<request, option<request-options>>",
       R"v(({body: pending, trailers: pending, method: get, path-with-query: some("/"), scheme: some(HTTP), authority: some("localhost:8080"), headers: [("host", [[108, 111, 99, 97, 108, 104, 111, 115, 116, 58, 56, 48, 56, 48]])]}, some({connect-timeout: some(600000000000), first-byte-timeout: some(600000000000), between-bytes-timeout: some(600000000000)})))v",
       "00 00 00 01 01 2f 01 00 01 0e 6c 6f 63 61 6c 68 6f 73 74 3a 38 30 38 30 01 04 68 6f 73 74 "
       "01 0e 6c 6f 63 61 6c 68 6f 73 74 3a 38 30 38 30 01 01 80 e0 a5 96 bb 11 01 80 e0 a5 96 bb "
       "11 01 80 e0 a5 96 bb 11"},
      {176, "result<response, error-code>",
       R"v(ok({body: pending, trailers: pending, status: 200, headers: [("content-type", [[116, 101, 120, 116, 47, 112, 108, 97, 105, 110]])]}))v",
       "00 00 00 c8 01 01 0c 63 6f 6e 74 65 6e 74 2d 74 79 70 65 01 0a 74 65 78 74 2f 70 6c 61 69 "
       "6e"},
      {177, "result<response, error-code>", "err(connection-refused)", "01 06"},
      {178, "result<response, error-code>", R"v(err(internal-error(some("x"))))v",
       "01 26 01 01 78"},
      {179, "tuple<string, string>", R"v(("default", "k"))v", "07 64 65 66 61 75 6c 74 01 6b"},
      {180, "tuple<string, string, u64>", R"v(("b", "n", 1))v", "01 62 01 6e 01"},
      {181, "result<list<option<tuple<string, list<u8>>>>, error>",
       R"v(ok([some(("k", [1])), none]))v", "00 02 01 01 6b 01 01 00"},
      {182, "tuple<object-id, u64, u64>", R"v(({container: "c", object: "o"}, 0, 1048575))v",
       "01 63 01 6f 00 ff ff 3f"},
      {183, "result<tuple<stream<u8>, future<result<_, string>>>, string>",
       "ok((pending, pending))", "00 00 00"},
      {184, "tuple<object-id, stream<u8>>", R"v(({container: "c", object: "o"}, pending))v",
       "01 63 01 6f 00"},
      {185, "result<future<result<_, string>>, string>", "ok(pending)", "00 00"},
      {186, "tuple<string, option<u64>, option<u64>>", R"v(("c", none, some(5)))v",
       "01 63 00 01 05"},
  };
  return all;
}

// Gives the scanner the bytes up to each cut, then one after the other: it must be complete with
// the last one, and not before.
void expect_scanned(const ValueTypePtr& type, const Bytes& bytes) {
  Bytes more = bytes;
  more.push_back(0xff);  // not the scanner's
  for (std::size_t cut = 0; cut < bytes.size(); ++cut) {
    Scanner scanner({type});
    EXPECT_EQ(scanner.feed(std::span(more).first(cut)).value_or(999), cut);
    EXPECT_FALSE(scanner.complete()) << cut;
    EXPECT_EQ(scanner.feed(std::span(more).subspan(cut)).value_or(999), bytes.size() - cut);
    EXPECT_TRUE(scanner.complete()) << cut;
  }
  Scanner scanner({type});
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    EXPECT_FALSE(scanner.complete()) << i;
    EXPECT_EQ(scanner.feed(std::span(bytes).subspan(i, 1)).value_or(999), 1U);
  }
  EXPECT_TRUE(scanner.complete());
  EXPECT_EQ(scanner.size(), bytes.size());
}

TEST(Vectors, AreEncoded) {
  for (const Vector& vector : vectors()) {
    SCOPED_TRACE(vector.number);
    const ValueTypePtr type = type_of(vector.type);
    WireWriter out;
    ValueEncoder encoder(out);
    const auto encoded = encoder.value(testing::value_of(vector.value, type), type, {});
    EXPECT_TRUE(encoded) << encoded.error().describe();
    EXPECT_EQ(to_hex(out.view()), to_hex(from_hex(vector.bytes)));
  }
}

TEST(Vectors, AreDecoded) {
  for (const Vector& vector : vectors()) {
    SCOPED_TRACE(vector.number);
    const ValueTypePtr type = type_of(vector.type);
    const Bytes bytes = from_hex(vector.bytes);
    WireReader in(bytes);
    ValueDecoder decoder(in);
    const Value value = decoder.value(type, {});
    EXPECT_TRUE(in.status()) << in.status().error().describe();
    EXPECT_EQ(in.remaining(), 0U);
    EXPECT_TRUE(testing::same(value, testing::value_of(vector.value, type)));
  }
}

TEST(Vectors, CutShortAreIncomplete) {
  for (const Vector& vector : vectors()) {
    SCOPED_TRACE(vector.number);
    const ValueTypePtr type = type_of(vector.type);
    const Bytes bytes = from_hex(vector.bytes);
    for (std::size_t cut = 0; cut < bytes.size(); ++cut) {
      WireReader in(std::span(bytes).first(cut));
      ValueDecoder(in).value(type, {});
      EXPECT_TRUE(in.incomplete()) << cut;
      EXPECT_LE(in.missing(), bytes.size() - cut);
    }
  }
}

TEST(Vectors, AreScannedHoweverTheyAreCut) {
  for (const Vector& vector : vectors()) {
    SCOPED_TRACE(vector.number);
    expect_scanned(type_of(vector.type), from_hex(vector.bytes));
  }
}

TEST(Vectors, AllAreHere) {
  // Those of other tests, and 148 and 159, which are forms that no peer is sent.
  std::set<int> numbers = {148, 158, 159, 161, 162, 163};
  for (int i = 164; i <= 173; ++i) {
    numbers.insert(i);
  }
  for (const Vector& vector : vectors()) {
    numbers.insert(vector.number);
  }
  EXPECT_EQ(numbers.size(), 186U);
  EXPECT_EQ(*numbers.rbegin(), 186);
}

// What is not canonical, or not valid.
struct Odd {
  std::string name;
  std::string type;
  std::string bytes;
  std::string outcome;  // the value, in WAVE; or the error
};

const std::vector<Odd>& odd_vectors() {
  static const std::vector<Odd> all = {
      {"N1", "bool", "02", "offset 0: bool byte 2: expected 0 or 1"},
      {"N2", "option<u8>", "02 00", "offset 0: option status byte 2: expected 0 or 1"},
      {"N3", "result", "02", "offset 0: result status byte 2: expected 0 or 1"},
      {"N4", "u16", "80 80 00", "0"},
      {"N5", "u16", "ff ff 04", "offset 0: u16: expected an integer of 16 bits"},
      {"N6", "u16", "80 80 80 00", "offset 0: u16: expected an integer of 16 bits"},
      {"N7", "u32", "81 80 80 80 00", "1"},
      {"N8", "u32", "ff ff ff ff 10", "offset 0: u32: expected an integer of 32 bits"},
      {"N9", "u32", "80 80 80 80 80 00", "offset 0: u32: expected an integer of 32 bits"},
      {"N10", "u64", "ff*9 02", "offset 0: u64: expected an integer of 64 bits"},
      {"N11", "u64", "80*9 00", "0"},
      {"N12", "s16", "ff 7f", "-1"},
      {"N13", "s16", "ff ff 03", "-1"},
      {"N14", "s16", "ff bf 7f", "-8193"},
      {"N15", "s16", "ff bf 03", "-8193"},
      {"N16", "s16", "ff ff 04", "offset 0: s16: expected an integer of 16 bits"},
      {"N17", "s32", "80 80 80 80 78", "-2147483648"},
      {"N18", "s32", "80 80 80 80 08", "-2147483648"},
      {"N19", "s64", "80*9 7f", "-9223372036854775808"},
      {"N20", "s64", "80*9 01", "-9223372036854775808"},
      {"N21", "char", "c0 80", "offset 0: char byte 0xc0: expected UTF-8"},
      {"N22", "char", "ed a0 80", "offset 1: char byte 0xa0: expected UTF-8"},
      {"N23", "char", "f4 90 80 80", "offset 1: char byte 0x90: expected UTF-8"},
      {"N24", "char", "80", "offset 0: char byte 0x80: expected UTF-8"},
      {"N25", "char", "ac 41", "offset 0: char byte 0xac: expected UTF-8"},
      {"N26", "string", "01 ff", "offset 1: string byte 0xff: expected UTF-8"},
      {"N27", "string", "05 61 62",
       "incomplete: offset 3: string: expected 3 more bytes at least, found the end"},
      {"N28", "enum-of-2", "02", "offset 0: enum case 2: expected one below 2"},
      {"N29", "enum-of-2", "80 00", "n0"},
      {"N30", "enum-of-2", "80 80 00", "n0"},
      {"N31", "variant-of-3", "03", "offset 0: variant case 3: expected one below 3"},
      {"N32", "flags-of-3", "08", "offset 0: flags byte 0x08: expected no bit beyond 3 labels"},
      {"N33", "flags-of-8", "ff", "{n0, n1, n2, n3, n4, n5, n6, n7}"},
      {"N34", "list<u8>", "ff ff ff ff 0f",
       "incomplete: offset 5: list: expected 4294967295 more bytes at least, found the end"},
      {"N35", "own<r>", "04 00 01 02 03", "[0, 1, 2, 3]"},
      {"N36", "stream<u8>", "02 68 69", "pending"},  // value_codec_test.cc: what is in it
      {"N37", "stream<u8>", "01 68", "pending"},
      {"N38", "future<bool>", "02", "offset 0: future status byte 2: expected 0 or 1"},
      {"N39", "f32", "01 00 80 7f", "nan"},
      // More of the same kinds.
      {"sign above the width", "s16", "80 80 7d", "offset 0: s16: expected an integer of 16 bits"},
      {"too long", "s64", "80*10", "offset 0: s64: expected an integer of 64 bits"},
      {"longest s32", "s32", "ff ff ff ff 07", "2147483647"},
      {"in a text that is cut", "string", "05 61 ff", "offset 2: string byte 0xff: expected UTF-8"},
      {"a character beyond its text", "string", "02 61 c3",
       "offset 2: string byte 0xc3: expected UTF-8"},
      {"text cut within a character", "string", "03 61 e2",
       "offset 2: string byte 0xe2: expected UTF-8"},
      {"a cut character", "char", "f0 9f",
       "incomplete: offset 2: char: expected 2 more bytes at least, found the end"},
      {"a wide length", "string", "ff ff ff ff 1f",
       "offset 0: string: expected an integer of 32 bits"},
      {"list<char>", "list<char>", "02 61 c0", "offset 2: char byte 0xc0: expected UTF-8"},
      {"the last of many flags", "flags-of-17", "ff ff 02",
       "offset 2: flags byte 0x02: expected no bit beyond 17 labels"},
      {"flags of a peer with B2", "flags-of-17", "00 00 01 00", "{n16}"},  // 148: a byte is left
  };
  return all;
}

std::string outcome(const Odd& odd) {
  const ValueTypePtr type = type_of(odd.type);
  const Bytes bytes = from_hex(odd.bytes);
  WireReader in(bytes);
  const Value value = ValueDecoder(in).value(type, {});
  if (in.failed()) {
    return (in.incomplete() ? "incomplete: " : "") + in.status().error().describe();
  }
  return testing::same(value, testing::value_of(odd.outcome, type)) ? odd.outcome : "another value";
}

TEST(OddVectors, AreDecodedOrRefused) {
  for (const Odd& odd : odd_vectors()) {
    EXPECT_EQ(outcome(odd), odd.outcome) << odd.name;
  }
}

TEST(OddVectors, AreRefusedByTheScannerInTheSameWords) {
  for (const Odd& odd : odd_vectors()) {
    Scanner scanner({type_of(odd.type)}, {.bytes = std::numeric_limits<std::size_t>::max()});
    std::string found = "no error";
    for (const std::uint8_t byte : from_hex(odd.bytes)) {
      if (const auto fed = scanner.feed({&byte, 1}); !fed) {
        found = fed.error().describe();
      }
    }
    const bool refused = odd.outcome.starts_with("offset");
    EXPECT_EQ(found, refused ? odd.outcome : "no error") << odd.name;
    EXPECT_EQ(scanner.complete(), !refused && !odd.outcome.starts_with("incomplete")) << odd.name;
  }
}

}  // namespace
}  // namespace wasmcloud::wrpc
