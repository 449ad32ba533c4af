// Reads just enough of a core module (WebAssembly core specification, "Modules" of the binary
// format) to say that it forwards or fills. Whatever is not understood makes it neither.
#include "wasmcloud/base/byte_reader.h"
#include "wasmcloud/component/forwarding.h"

namespace wasmcloud::component {
namespace {

enum class Section : std::uint8_t {
  custom = 0,
  type = 1,
  import = 2,
  function = 3,
  table = 4,
  export_ = 7,
  element = 9,
  code = 10,
  tag = 13
};

constexpr std::size_t kPreamble = 8;
constexpr std::size_t kMaxName = 100'000;
constexpr std::uint8_t kFuncType = 0x60;
constexpr std::uint8_t kFuncRef = 0x70;
constexpr std::uint8_t kLocalGet = 0x20;
constexpr std::uint8_t kI32Const = 0x41;
constexpr std::uint8_t kCallIndirect = 0x11;
constexpr std::uint8_t kEnd = 0x0b;

using Reader = ByteReader;

Error other() { return Error(ErrorKind::unsupported, "another kind of module"); }

// Gives each section to `read`, which consumes it.
template <typename Read>
Result<> for_sections(Bytes bytes, Read read) {
  Reader reader(bytes);
  WC_TRY([[maybe_unused]] const auto preamble, reader.take(kPreamble));
  while (!reader.at_end()) {
    WC_TRY(const std::uint8_t id, reader.u8());
    WC_TRY(const std::uint32_t size, reader.leb_u32());
    WC_TRY(Reader section, reader.slice(size));
    WC_CHECK(read(static_cast<Section>(id), section));
  }
  return {};
}

Result<> expect(Reader& reader, std::uint8_t byte) {
  WC_TRY(const std::uint8_t found, reader.u8());
  return found == byte ? Result<>() : other();
}

Result<> expect_u32(Reader& reader, std::uint32_t value) {
  WC_TRY(const std::uint32_t found, reader.leb_u32());
  return found == value ? Result<>() : other();
}

// A table of funcref with limits.
Result<> read_table_type(Reader& reader) {
  WC_CHECK(expect(reader, kFuncRef));
  WC_TRY(const std::uint8_t flags, reader.u8());
  if (flags > 1) {
    return other();
  }
  WC_TRY([[maybe_unused]] const std::uint32_t min, reader.leb_u32());
  if (flags == 1) {
    WC_TRY([[maybe_unused]] const std::uint32_t max, reader.leb_u32());
  }
  return {};
}

class Forwarding {
 public:
  Result<ForwardingModule> read(Bytes bytes) {
    WC_CHECK(for_sections(
        bytes, [this](Section id, Reader& section) { return read_section(id, section); }));
    if (made_.table.empty() || slots_.size() != func_types_.size()) {
      return other();
    }
    for (const auto& [name, func] : exports_) {
      if (func >= slots_.size()) {
        return other();
      }
      made_.slots.emplace(name, slots_[func]);
    }
    return std::move(made_);
  }

 private:
  Result<> read_section(Section id, Reader& section) {
    switch (id) {
      case Section::custom:
        return {};
      case Section::type:
        return read_types(section);
      case Section::function:
        return read_functions(section);
      case Section::table:
        WC_CHECK(expect_u32(section, 1));
        return read_table_type(section);
      case Section::export_:
        return read_exports(section);
      case Section::code:
        return read_code(section);
      default:
        return other();
    }
  }

  Result<> read_types(Reader& section) {
    WC_TRY(const std::uint32_t count, section.leb_u32());
    for (std::uint32_t i = 0; i < count; ++i) {
      WC_CHECK(expect(section, kFuncType));
      WC_TRY(const std::uint32_t params, section.leb_u32());
      WC_TRY([[maybe_unused]] const auto param_types, section.take(params));
      WC_TRY(const std::uint32_t results, section.leb_u32());
      WC_TRY([[maybe_unused]] const auto result_types, section.take(results));
      param_counts_.push_back(params);
    }
    return section.finish("type section");
  }

  Result<> read_functions(Reader& section) {
    WC_TRY(const std::uint32_t count, section.leb_u32());
    for (std::uint32_t i = 0; i < count; ++i) {
      WC_TRY(const std::uint32_t type, section.leb_u32());
      if (type >= param_counts_.size()) {
        return other();
      }
      func_types_.push_back(type);
    }
    return {};
  }

  Result<> read_exports(Reader& section) {
    WC_TRY(const std::uint32_t count, section.leb_u32());
    for (std::uint32_t i = 0; i < count; ++i) {
      WC_TRY(const std::string_view name, section.name(kMaxName));
      WC_TRY(const std::uint8_t kind, section.u8());
      WC_TRY(const std::uint32_t index, section.leb_u32());
      if (kind == 0) {
        exports_.emplace(name, index);
      } else if (kind == 1 && made_.table.empty() && !name.empty()) {
        made_.table = name;
      } else {
        return other();
      }
    }
    return {};
  }

  // local.get 0 .. local.get n-1, i32.const slot, call_indirect of the function's own type in table
  // 0, end
  Result<> read_code(Reader& section) {
    WC_CHECK(expect_u32(section, static_cast<std::uint32_t>(func_types_.size())));
    for (const std::uint32_t type : func_types_) {
      WC_TRY(const std::uint32_t size, section.leb_u32());
      WC_TRY(Reader body, section.slice(size));
      WC_CHECK(expect_u32(body, 0));  // no locals
      for (std::uint32_t i = 0; i < param_counts_[type]; ++i) {
        WC_CHECK(expect(body, kLocalGet));
        WC_CHECK(expect_u32(body, i));
      }
      WC_CHECK(expect(body, kI32Const));
      WC_TRY(const std::int32_t slot, body.leb_s32());
      WC_CHECK(expect(body, kCallIndirect));
      WC_CHECK(expect_u32(body, type));
      WC_CHECK(expect_u32(body, 0));
      WC_CHECK(expect(body, kEnd));
      WC_CHECK(body.finish("code"));
      slots_.push_back(static_cast<std::uint32_t>(slot));
    }
    return {};
  }

  ForwardingModule made_;
  std::vector<std::uint32_t> param_counts_;
  std::vector<std::uint32_t> func_types_;
  std::map<std::string, std::uint32_t> exports_;
  std::vector<std::uint32_t> slots_;
};

class Filling {
 public:
  Result<FillingModule> read(Bytes bytes) {
    WC_CHECK(for_sections(
        bytes, [this](Section id, Reader& section) { return read_section(id, section); }));
    if (!has_table_ || elements_.empty()) {
      return other();
    }
    for (const auto& [slot, func] : elements_) {
      if (func >= funcs_.size()) {
        return other();
      }
      made_.slot_imports.insert_or_assign(slot, funcs_[func]);
    }
    return std::move(made_);
  }

 private:
  Result<> read_section(Section id, Reader& section) {
    switch (id) {
      case Section::custom:
      case Section::type:
        return {};
      case Section::import:
        return read_imports(section);
      case Section::element:
        return read_elements(section);
      default:
        return other();
    }
  }

  Result<> read_imports(Reader& section) {
    WC_TRY(const std::uint32_t count, section.leb_u32());
    for (std::uint32_t i = 0; i < count; ++i) {
      WC_TRY([[maybe_unused]] const auto module, section.name(kMaxName));
      WC_TRY([[maybe_unused]] const auto name, section.name(kMaxName));
      WC_TRY(const std::uint8_t kind, section.u8());
      if (kind == 0) {
        WC_TRY([[maybe_unused]] const std::uint32_t type, section.leb_u32());
        funcs_.push_back(i);
      } else if (kind == 1 && !has_table_) {
        WC_CHECK(read_table_type(section));
        has_table_ = true;
        made_.table_import = i;
      } else {
        return other();
      }
    }
    return {};
  }

  // One active segment of function indices, at a constant offset of table 0.
  Result<> read_elements(Reader& section) {
    WC_CHECK(expect_u32(section, 1));
    WC_CHECK(expect_u32(section, 0));
    WC_CHECK(expect(section, kI32Const));
    WC_TRY(const std::int32_t offset, section.leb_s32());
    WC_CHECK(expect(section, kEnd));
    WC_TRY(const std::uint32_t count, section.leb_u32());
    for (std::uint32_t i = 0; i < count; ++i) {
      WC_TRY(const std::uint32_t func, section.leb_u32());
      elements_.emplace_back(static_cast<std::uint32_t>(offset) + i, func);
    }
    return section.finish("element section");
  }

  FillingModule made_;
  bool has_table_ = false;
  std::vector<std::uint32_t> funcs_;  // position among the imports of each function
  std::vector<std::pair<std::uint32_t, std::uint32_t>> elements_;
};

template <typename T>
std::optional<T> optional(Result<T> result) {
  return result ? std::optional<T>(*std::move(result)) : std::nullopt;
}

}  // namespace

std::optional<ForwardingModule> read_forwarding_module(Bytes bytes) {
  return optional(Forwarding().read(bytes));
}

std::optional<FillingModule> read_filling_module(Bytes bytes) {
  return optional(Filling().read(bytes));
}

bool has_tags(Bytes bytes) {
  bool found = false;
  const Result<> scanned = for_sections(bytes, [&found](Section id, Reader& /*section*/) {
    found = found || id == Section::tag;
    return Result<>();
  });
  return found || !scanned;
}

}  // namespace wasmcloud::component
