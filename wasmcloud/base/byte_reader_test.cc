#include "wasmcloud/base/byte_reader.h"

#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace wasmcloud {
namespace {

using Raw = std::vector<std::uint8_t>;

std::string failure(const auto& result) { return result ? "no failure" : result.error().message(); }

TEST(ByteReader, ReadsFixedWidthsInBothOrders) {
  const Raw raw{0x01, 0x02, 0x03, 0x04, 0x05, 0x06};
  ByteReader in(raw);
  EXPECT_EQ(in.little_endian<std::uint16_t>().value(), 0x0201);
  EXPECT_EQ(in.big_endian<std::uint32_t>().value(), 0x03040506U);
  EXPECT_TRUE(in.at_end());
}

TEST(ByteReader, LeavesAPeekedByteUnread) {
  const Raw raw{0x2a};
  ByteReader in(raw);
  EXPECT_EQ(in.peek().value(), 0x2a);
  EXPECT_EQ(in.remaining(), 1U);
  EXPECT_EQ(in.u8().value(), 0x2a);
  EXPECT_EQ(failure(in.peek()), "offset 0x1: unexpected end-of-file");
}

TEST(ByteReader, ReadsUnsignedLeb128ToItsLimits) {
  const Raw raw{0xff, 0xff, 0xff, 0xff, 0x0f, 0x80, 0x80, 0x80, 0x80, 0x00};
  ByteReader in(raw);
  EXPECT_EQ(in.leb_u32().value(), std::numeric_limits<std::uint32_t>::max());
  EXPECT_EQ(in.leb_u32().value(), 0U) << "padding within five bytes is allowed";
  const Raw most{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01};
  EXPECT_EQ(ByteReader(most).leb_u64().value(), std::numeric_limits<std::uint64_t>::max());
}

TEST(ByteReader, RefusesUnsignedLeb128ThatDoesNotFit) {
  const Raw bits{0x80, 0x80, 0x80, 0x80, 0x70};
  EXPECT_EQ(failure(ByteReader(bits, 0x10).leb_u32()), "offset 0x14: integer too large");
  const Raw bytes{0x80, 0x80, 0x80, 0x80, 0x80, 0x00};
  EXPECT_EQ(failure(ByteReader(bytes).leb_u32()), "offset 0x4: integer representation too long");
  const Raw wide{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02};
  EXPECT_EQ(failure(ByteReader(wide).leb_u64()), "offset 0x9: integer too large");
}

TEST(ByteReader, ReadsSignedLeb128ToItsLimits) {
  EXPECT_EQ(ByteReader(Raw{0x7f}).leb_s32().value(), -1);
  EXPECT_EQ(ByteReader(Raw{0x3f}).leb_s33().value(), 63);
  EXPECT_EQ(ByteReader(Raw{0x70}).leb_s33().value(), -16);
  EXPECT_EQ(ByteReader(Raw{0x80, 0x80, 0x80, 0x80, 0x78}).leb_s32().value(),
            std::numeric_limits<std::int32_t>::min());
  EXPECT_EQ(ByteReader(Raw{0xff, 0xff, 0xff, 0xff, 0x07}).leb_s32().value(),
            std::numeric_limits<std::int32_t>::max());
  EXPECT_EQ(ByteReader(Raw{0xff, 0xff, 0xff, 0xff, 0x0f}).leb_s33().value(), 0xffffffffLL);
  EXPECT_EQ(ByteReader(Raw{0x80, 0x80, 0x80, 0x80, 0x70}).leb_s33().value(), -0x100000000LL);
  EXPECT_EQ(
      ByteReader(Raw{0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x7f}).leb_s64().value(),
      std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(
      ByteReader(Raw{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00}).leb_s64().value(),
      std::numeric_limits<std::int64_t>::max());
}

TEST(ByteReader, RefusesSignedLeb128WhoseSpareBitsAreNotItsSign) {
  EXPECT_EQ(failure(ByteReader(Raw{0xff, 0xff, 0xff, 0xff, 0x0f}).leb_s32()),
            "offset 0x4: integer too large");
  EXPECT_EQ(failure(ByteReader(Raw{0x80, 0x80, 0x80, 0x80, 0x60}).leb_s33()),
            "offset 0x4: integer too large");
  EXPECT_EQ(failure(ByteReader(Raw{0x80, 0x80, 0x80, 0x80, 0xf0, 0x00}).leb_s33()),
            "offset 0x4: integer representation too long");
}

TEST(ByteReader, ReadsNamesAsViewsOfItsBytes) {
  const Raw raw{0x04, 'c', 0xc3, 0xb4, 't', 0x02, 0xff, 0xfe};
  ByteReader in(raw, 0x100);
  const auto name = in.name(10);
  ASSERT_TRUE(name);
  EXPECT_EQ(*name, "c\xc3\xb4t");
  EXPECT_EQ(static_cast<const void*>(name->data()), static_cast<const void*>(raw.data() + 1));
  EXPECT_EQ(failure(in.name(10)), "offset 0x106: malformed UTF-8 encoding");
}

TEST(ByteReader, RefusesNamesBeyondTheLimitOrTheEnd) {
  const Raw raw{0x05, 'a', 'b'};
  EXPECT_EQ(failure(ByteReader(raw).name(4)),
            "offset 0x0: string size of 5 bytes exceeds the limit of 4");
  EXPECT_EQ(failure(ByteReader(raw).name(100)), "offset 0x3: unexpected end-of-file");
}

TEST(ByteReader, SlicesKnowTheirPlaceInTheFile) {
  const Raw raw{0x00, 0x01, 0x02, 0x03};
  ByteReader in(raw, 0x20);
  ASSERT_TRUE(in.u8());
  auto slice = in.slice(2);
  ASSERT_TRUE(slice);
  EXPECT_EQ(slice->offset(), 0x21U);
  EXPECT_EQ(failure(slice->finish("left over")), "offset 0x21: left over");
  ASSERT_TRUE(slice->take(2));
  EXPECT_EQ(failure(slice->u8()), "offset 0x23: unexpected end-of-file");
  EXPECT_EQ(in.u8().value(), 3);
  EXPECT_TRUE(in.finish("left over"));
}

}  // namespace
}  // namespace wasmcloud
