// The C client, its handles with an owner, its statuses as our errors. The one header of this
// module that includes it; only this module's sources include this one.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <nats/nats.h>

#include "wasmcloud/base/deadline.h"
#include "wasmcloud/base/deleter.h"
#include "wasmcloud/base/error.h"

namespace wasmcloud::nats::internal {

using OptionsHandle = std::unique_ptr<natsOptions, Deleter<natsOptions_Destroy>>;
using MessageHandle = std::unique_ptr<natsMsg, Deleter<natsMsg_Destroy>>;
using SubscriptionHandle = std::unique_ptr<natsSubscription, Deleter<natsSubscription_Destroy>>;

// What a caller may do about `status`.
ErrorKind kind_of(natsStatus status) noexcept;
// The text that the C client left for this thread, else that of `status`.
std::string text_of(natsStatus status);
Error to_error(natsStatus status, std::string_view doing);
// What remains, in the C client's milliseconds: at least 1, at most an hour.
std::int64_t milliseconds_left(Deadline deadline) noexcept;

}  // namespace wasmcloud::nats::internal
