#include "wasmcloud/component/abi_flat.h"

#include <gtest/gtest.h>

namespace wasmcloud::component {
namespace {

class AbiFlat : public testing::Test {
 protected:
  ValType type(types::Defined of) { return arena_.add(std::move(of)); }

  std::string flat(ValType of) {
    const FlatTypes flat = flatten(arena_, of);
    return flat.fits ? text(flat.span()) : "spilled";
  }

  static std::string text(std::span<const FlatType> types) {
    std::string out;
    for (const FlatType type : types) {
      out += "iIfF"[static_cast<int>(type)];  // i32, i64, f32, f64
    }
    return out;
  }

  static std::string text(const FlatSignature& func) {
    return text(func.params) + "->" + text(func.results);
  }

  std::pair<std::uint64_t, std::uint32_t> bytes(ValType of) {
    return {size(arena_, of), align(arena_, of)};
  }

  // A function of `count` parameters.
  static types::Func func(std::size_t count, ValType param, std::optional<ValType> result) {
    types::Func out;
    for (std::size_t i = 0; i < count; ++i) {
      out.params.push_back({"p" + std::to_string(i), param});
    }
    out.result = result;
    return out;
  }

  TypeArena arena_;
};

using Bytes = std::pair<std::uint64_t, std::uint32_t>;

TEST_F(AbiFlat, PrimitivesAreOneValueButStringsAreTwo) {
  EXPECT_EQ(flat(Primitive::boolean), "i");
  EXPECT_EQ(flat(Primitive::s64), "I");
  EXPECT_EQ(flat(Primitive::f32), "f");
  EXPECT_EQ(flat(Primitive::f64), "F");
  EXPECT_EQ(flat(Primitive::string), "ii");
  EXPECT_EQ(bytes(Primitive::u16), Bytes(2, 2));
  EXPECT_EQ(bytes(Primitive::character), Bytes(4, 4));
  EXPECT_EQ(bytes(Primitive::string), Bytes(8, 4));
}

TEST_F(AbiFlat, RecordFieldsStandAtTheirAlignment) {
  const ValType record =
      type(types::Record{{{"a", Primitive::u8}, {"b", Primitive::u64}, {"c", Primitive::u16}}});
  EXPECT_EQ(bytes(record), Bytes(24, 8));
  EXPECT_EQ(flat(record), "iIi");
  EXPECT_EQ(bytes(type(types::Tuple{{Primitive::u8, Primitive::u8}})), Bytes(2, 1));
}

TEST_F(AbiFlat, VariantsJoinTheirPayloads) {
  const auto variant = [&](std::optional<ValType> a, std::optional<ValType> b) {
    return type(types::Variant{{{"a", a}, {"b", b}}});
  };
  EXPECT_EQ(flat(variant(Primitive::f32, Primitive::u32)), "ii");
  EXPECT_EQ(flat(variant(Primitive::f32, Primitive::f32)), "if");
  EXPECT_EQ(flat(variant(Primitive::f32, Primitive::f64)), "iI");
  EXPECT_EQ(flat(variant(Primitive::string, Primitive::u64)), "iIi");
  EXPECT_EQ(flat(variant(std::nullopt, std::nullopt)), "i");
  EXPECT_EQ(bytes(variant(Primitive::u8, Primitive::u64)), Bytes(16, 8));
}

TEST_F(AbiFlat, OptionsResultsAndEnumsAreVariants) {
  EXPECT_EQ(bytes(type(types::Option{Primitive::u64})), Bytes(16, 8));
  EXPECT_EQ(bytes(type(types::Result{Primitive::u8, Primitive::u8})), Bytes(2, 1));
  EXPECT_EQ(bytes(type(types::Result{})), Bytes(1, 1));
  EXPECT_EQ(flat(type(types::Result{})), "i");
  EXPECT_EQ(bytes(type(types::Enum{std::vector<std::string>(256)})), Bytes(1, 1));
  EXPECT_EQ(bytes(type(types::Enum{std::vector<std::string>(257)})), Bytes(2, 2));
  EXPECT_EQ(bytes(type(types::Enum{std::vector<std::string>(65537)})), Bytes(4, 4));
}

TEST_F(AbiFlat, FlagsTakeAsManyBytesAsTheyNeed) {
  EXPECT_EQ(bytes(type(types::Flags{std::vector<std::string>(8)})), Bytes(1, 1));
  EXPECT_EQ(bytes(type(types::Flags{std::vector<std::string>(9)})), Bytes(2, 2));
  EXPECT_EQ(bytes(type(types::Flags{std::vector<std::string>(32)})), Bytes(4, 4));
  EXPECT_EQ(flat(type(types::Flags{std::vector<std::string>(32)})), "i");
}

TEST_F(AbiFlat, FixedListsRepeatTheirElement) {
  EXPECT_EQ(flat(type(types::FixedList{Primitive::u64, 3})), "III");
  EXPECT_EQ(bytes(type(types::FixedList{Primitive::u16, 3})), Bytes(6, 2));
  EXPECT_EQ(flat(type(types::FixedList{Primitive::u8, 17})), "spilled");
}

TEST_F(AbiFlat, SizesOfHugeTypesSaturate) {
  ValType huge = Primitive::u64;
  for (int i = 0; i < 40; ++i) {
    huge = type(types::FixedList{huge, UINT32_MAX});
  }
  EXPECT_EQ(size(arena_, huge), Layout::kMaxBytes);
  EXPECT_EQ(flat(huge), "spilled");
}

TEST_F(AbiFlat, ManyParametersSpillToAPointer) {
  const auto signature = [&](std::size_t count, Direction direction) {
    return text(flatten_function(arena_, func(count, Primitive::u8, std::nullopt), direction,
                                 CallStyle::sync));
  };
  EXPECT_EQ(signature(16, Direction::lower), "iiiiiiiiiiiiiiii->");
  EXPECT_EQ(signature(17, Direction::lower), "i->");
  EXPECT_EQ(signature(17, Direction::lift), "i->");
}

TEST_F(AbiFlat, LargeResultsGoThroughMemory) {
  const types::Func of = func(1, Primitive::u64, Primitive::string);
  EXPECT_EQ(text(flatten_function(arena_, of, Direction::lift, CallStyle::sync)), "I->i");
  EXPECT_EQ(text(flatten_function(arena_, of, Direction::lower, CallStyle::sync)), "Ii->");
  const types::Func spilled = func(17, Primitive::u64, Primitive::string);
  EXPECT_EQ(text(flatten_function(arena_, spilled, Direction::lower, CallStyle::sync)), "ii->");
}

TEST_F(AbiFlat, AsyncFunctionsReturnAStatus) {
  const types::Func of = func(4, Primitive::u8, Primitive::f32);
  EXPECT_EQ(text(flatten_function(arena_, of, Direction::lower, CallStyle::async_callback)),
            "iiiii->i");
  EXPECT_EQ(text(flatten_function(arena_, of, Direction::lift, CallStyle::async_callback)),
            "iiii->i");
  EXPECT_EQ(text(flatten_function(arena_, of, Direction::lift, CallStyle::async_stackful)),
            "iiii->");
  const types::Func more = func(5, Primitive::u8, std::nullopt);
  EXPECT_EQ(text(flatten_function(arena_, more, Direction::lower, CallStyle::async_callback)),
            "i->i");
}

}  // namespace
}  // namespace wasmcloud::component
