// Calls on tensors of GPUs, whatever their driver.
#pragma once

#include "request/devices.h"
#include "request/request.h"

namespace slopewise {

/// Carries out a checked request whose tensors lie on a GPU.
slopewise_status run_on_gpu(const request &r);

}  // namespace slopewise
