//! Links the C API into one static library, and adds what of Wasmtime's settings it does not show.
pub use wasmtime_c_api::*;

use wasmtime::{Enabled, PoolingAllocationConfig};

// A C API configuration is a struct with the Rust one as its only field.
const _: () = assert!(
    size_of::<wasmtime_pooling_allocation_config_t>() == size_of::<PoolingAllocationConfig>()
        && align_of::<wasmtime_pooling_allocation_config_t>() == align_of::<PoolingAllocationConfig>()
);

/// Lets the pool ask the kernel which pages of a slot were written (PAGEMAP_SCAN, Linux 6.7 and newer), so that a slot is
/// reset by writing those few again and not by a system call that interrupts every core. No effect where the kernel
/// has no such call.
///
/// # Safety
/// `config` comes from `wasmtime_pooling_allocation_config_new` and is used by nobody else during the call.
#[no_mangle]
pub unsafe extern "C" fn wc_pooling_allocation_config_pagemap_scan_auto(
    config: *mut wasmtime_pooling_allocation_config_t,
) {
    let config = config.cast::<PoolingAllocationConfig>();
    (*config).pagemap_scan(Enabled::Auto);
}
