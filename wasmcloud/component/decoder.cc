#include "wasmcloud/component/decoder.h"

#include <array>

#include "wasmcloud/component/component_reader.h"

namespace wasmcloud::component {

namespace internal {
namespace {

constexpr std::array<std::uint8_t, 4> kMagic{0x00, 0x61, 0x73, 0x6d};
constexpr std::uint32_t kModuleVersion = 0x0000'0001;     // version 1, layer 0
constexpr std::uint32_t kComponentVersion = 0x0001'000d;  // version 13, layer 1

enum SectionId : std::uint8_t {
  custom_section = 0,
  core_module_section = 1,
  core_instance_section = 2,
  core_type_section = 3,
  component_section = 4,
  instance_section = 5,
  alias_section = 6,
  type_section = 7,
  canon_section = 8,
  start_section = 9,
  import_section = 10,
  export_section = 11,
  value_section = 12,
};

// start ::= f:<funcidx> arg*:vec(<valueidx>) r:<u32>
Result<ast::Start> read_start(Reader& in) {
  ast::Start start;
  start.offset = in.offset();
  WC_TRY(start.func, in.leb_u32());
  WC_TRY(start.args, read_vec(in, kMaxParams, read_index));
  WC_TRY(start.results, in.leb_u32());
  return start;
}

// value ::= t:<valtype> len:<u32> v:<val(t)>
Result<ast::ValueDef> read_value(Reader& in) {
  ast::ValueDef value;
  value.offset = in.offset();
  WC_TRY(value.type, read_val_type(in));
  WC_TRY(const std::uint32_t length, in.leb_u32());
  WC_TRY(value.bytes, in.take(length));
  return value;
}

// component ::= <preamble> s*:<section>*
class ComponentDecoder {
 public:
  ComponentDecoder(Reader in, Bytes bytes) : in_(in), component_(new ast::Component) {
    component_->bytes = bytes;
    component_->offset = in.offset();
  }

  Result<std::unique_ptr<ast::Component>> decode() {
    WC_CHECK(expect_preamble(in_, Layer::component));
    while (!in_.at_end()) {
      WC_CHECK(read_section());
    }
    return std::move(component_);
  }

 private:
  // section_N(<B>) ::= N:<byte> size:<u32> <B>, where <B> takes exactly `size` bytes
  Result<> read_section() {
    const std::size_t at = in_.offset();
    WC_TRY(const std::uint8_t id, in_.u8());
    if (id > value_section) {
      return error_at(at, fmt::format("malformed section id: {:#x}", id));
    }
    WC_TRY(const std::uint32_t size, in_.leb_u32());
    WC_TRY(Reader section, in_.section(size));
    switch (id) {
      case custom_section:
        WC_CHECK(section.name());
        return {};
      case core_module_section:
        return read_module(section);
      case component_section:
        return read_component(section);
      default:
        WC_CHECK(read_content(section, id));
        return section.finish("section size mismatch: unexpected data at the end of the section");
    }
  }

  //   section_2(vec(<core:instance>)) | section_3(vec(<core:type>)) | section_5(vec(<instance>))
  // | section_6(vec(<alias>)) | section_7(vec(<type>)) | section_8(vec(<canon>))
  // | section_9(<start>) | section_10(vec(<import>)) | section_11(vec(<export>))
  // | section_12(vec(<value>))
  Result<> read_content(Reader& section, std::uint8_t id) {
    switch (id) {
      case core_instance_section:
        return read_items(section, kMaxInstances, read_core_instance);
      case core_type_section:
        return read_items(section, kMaxTypes, read_core_type);
      case instance_section:
        return read_items(section, kMaxInstances, read_instance);
      case alias_section:
        return read_items(section, kMaxSectionItems, read_alias);
      case type_section:
        return read_items(section, kMaxTypes, read_type);
      case canon_section:
        return read_items(section, kMaxSectionItems, read_canon);
      case start_section:
        return append(section, read_start(section));
      case import_section:
        return read_items(section, kMaxSectionItems, read_import);
      case export_section:
        return read_items(section, kMaxSectionItems, read_export);
      default:
        return read_items(section, kMaxValues, read_value);
    }
  }

  template <typename ReadOne>
  Result<> read_items(Reader& section, CountLimit limit, ReadOne read_one) {
    WC_TRY(const std::uint32_t count, read_count(section, limit));
    for (std::uint32_t i = 0; i < count; ++i) {
      WC_CHECK(append(section, read_one(section)));
    }
    return {};
  }

  template <typename T>
  Result<> append(const Reader& section, Result<T> item) {
    WC_TRY(T definition, std::move(item));
    WC_CHECK(section.budget().charge(sizeof(ast::Definition), section.offset()));
    component_->definitions.emplace_back(std::move(definition));
    return {};
  }

  // section_1(<core:module>): the module's bytes are the section's
  Result<> read_module(Reader section) {
    const Bytes bytes = section.rest();
    if (bytes.size() > kMaxModuleBytes || ++modules_ > kMaxModules.most) {
      return error_at(section.offset(),
                      fmt::format("a component may hold {} modules of at most {} bytes each",
                                  kMaxModules.most, kMaxModuleBytes));
    }
    WC_TRY(CoreModule module, read_core_module(section, bytes));
    WC_CHECK(section.budget().charge(sizeof(module), section.offset()));
    return append(section, Result<std::unique_ptr<CoreModule>>(
                               std::make_unique<CoreModule>(std::move(module))));
  }

  // section_4(<component>): the component's bytes are the section's
  Result<> read_component(Reader section) {
    const Nested level(section);
    WC_CHECK(level.check("component nesting is too deep"));
    if (++components_ > kMaxComponents.most) {
      return error_at(section.offset(),
                      fmt::format("a component may hold {} components", kMaxComponents.most));
    }
    WC_CHECK(section.budget().charge(sizeof(ast::Component), section.offset()));
    return append(section, ComponentDecoder(section, section.rest()).decode());
  }

  Reader in_;
  std::unique_ptr<ast::Component> component_;
  std::uint32_t modules_ = 0;
  std::uint32_t components_ = 0;
};

// preamble ::= <magic> <version> <layer>
// magic    ::= 0x00 0x61 0x73 0x6D
// version  ::= 0x0D 0x00, for core modules 0x01 0x00
// layer    ::= 0x01 0x00, for core modules 0x00 0x00
Result<Layer> read_preamble(Reader& in) {
  std::size_t at = in.offset();
  WC_TRY(const Bytes magic, in.take(kMagic.size()));
  if (!std::ranges::equal(magic, kMagic)) {
    return error_at(at, "magic header not detected: bad magic number");
  }
  at = in.offset();
  WC_TRY(const auto version, in.little_endian<std::uint32_t>());
  switch (version) {
    case kModuleVersion:
      return Layer::module;
    case kComponentVersion:
      return Layer::component;
    default:
      return error_at(at, fmt::format("unknown binary version {:#x} of layer {:#x}",
                                      version & 0xffff, version >> 16));
  }
}

bool starts_with(Bytes bytes, Layer layer) noexcept {
  DecodeLimits limits;
  Budget budget(limits);
  Reader in(ByteReader(bytes.first(std::min<std::size_t>(bytes.size(), 8))), budget);
  const auto found = read_preamble(in);
  return found && *found == layer;
}

}  // namespace

Result<> expect_preamble(Reader& in, Layer layer) {
  const std::size_t at = in.offset();
  WC_TRY(const Layer found, read_preamble(in));
  if (found != layer) {
    return error_at(at,
                    layer == Layer::module
                        ? "expected a version header for a module: these are a component's bytes"
                        : "expected a version header for a component: these are a core module's "
                          "bytes");
  }
  return {};
}

}  // namespace internal

Result<std::unique_ptr<ast::Component>> decode(Bytes bytes, const DecodeLimits& limits) {
  if (bytes.size() > limits.component_bytes) {
    return Error(ErrorKind::exhausted,
                 "offset 0x0: a component of {} bytes exceeds the limit of {}", bytes.size(),
                 limits.component_bytes);
  }
  internal::Budget budget(limits);
  internal::Reader in(ByteReader(bytes), budget);
  return internal::ComponentDecoder(in, bytes).decode();
}

bool is_component(Bytes bytes) noexcept {
  return internal::starts_with(bytes, internal::Layer::component);
}

bool is_core_module(Bytes bytes) noexcept {
  return internal::starts_with(bytes, internal::Layer::module);
}

}  // namespace wasmcloud::component
