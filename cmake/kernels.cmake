# The table of kernels: one row is one generated function for each of its types and each variant of targets.cmake.
# Everything else follows from it: objects, registry, tests and benches. A row names the generator (FROM file, default
# its own name) and what is fixed about it; numbers that were measured come from generators/schedules/<variant>.json.
# STREAMS names the generator's outputs that are worth writing past the caches: such a row also gives the kernels
# "<row>_streaming" (non-temporal stores, outputs aligned to 64 bytes) and "<row>_prefetch" (output lines fetched ahead).
# FOR names the kinds of devices that have the row, cpu by default. On a GPU the generator is that of the same name in
# gpu_<file>, and the row also gives "<row>_wide" (16 bytes a thread, all tensors aligned to as many).
# ON_BITS: no floating-point instruction on f16, bf16, f32 or integers.
set(floats f16 bf16 f32 f64)
set(signed i8 i16 i32 i64)

slopewise_kernel(relu                  FROM map        TYPES ${floats} ${signed} u8 STREAMS y FOR cpu gpu ON_BITS)
slopewise_kernel(relu_backward         FROM map        TYPES ${floats} STREAMS grad_x FOR cpu gpu)
slopewise_kernel(leaky_relu            FROM map        TYPES ${floats} STREAMS y FOR cpu gpu)
slopewise_kernel(leaky_relu_backward   FROM map        TYPES ${floats} STREAMS grad_x FOR cpu gpu)
slopewise_kernel(crelu                 FROM crelu      TYPES ${floats} ${signed} STREAMS first second FOR cpu gpu ON_BITS)
slopewise_kernel(crelu_backward        FROM map        TYPES ${floats} STREAMS grad_x FOR cpu gpu)

# RReLU over one run that begins a Philox block; "short" steps in small tiles, for runs below one long tile.
slopewise_kernel(rrelu                 FROM rrelu      TYPES ${floats} GENERATOR rrelu STREAMS y FOR cpu gpu)
slopewise_kernel(rrelu_short           FROM rrelu      TYPES ${floats} GENERATOR rrelu)
slopewise_kernel(rrelu_noise           FROM rrelu      TYPES ${floats} GENERATOR rrelu with_noise=true STREAMS y noise FOR cpu gpu)
slopewise_kernel(rrelu_noise_short     FROM rrelu      TYPES ${floats} GENERATOR rrelu with_noise=true)
slopewise_kernel(rrelu_backward        FROM rrelu      TYPES ${floats} GENERATOR rrelu backward=true STREAMS y FOR cpu gpu)
slopewise_kernel(rrelu_backward_short  FROM rrelu      TYPES ${floats} GENERATOR rrelu backward=true)
slopewise_kernel(rrelu_backward_noise  FROM map        TYPES ${floats} STREAMS grad_x FOR cpu gpu)

# The same with seed, stream and a number of blocks from memory, read when the kernel runs.
slopewise_kernel(rrelu_keyed           FROM rrelu      TYPES ${floats} GENERATOR rrelu keyed=true FOR gpu)
slopewise_kernel(rrelu_noise_keyed     FROM rrelu      TYPES ${floats} GENERATOR rrelu keyed=true with_noise=true FOR gpu)
slopewise_kernel(rrelu_backward_keyed  FROM rrelu      TYPES ${floats} GENERATOR rrelu keyed=true backward=true FOR gpu)

# RReLU in two steps, for every other layout: draws, then rows of elements with rows of draws.
slopewise_kernel(draws                 FROM drawn      TYPES u16 ON_BITS)
slopewise_kernel(draws_at              FROM drawn      TYPES u16 ON_BITS)
slopewise_kernel(rrelu_drawn           FROM drawn      TYPES ${floats} GENERATOR rrelu_drawn)
slopewise_kernel(rrelu_noise_drawn     FROM drawn      TYPES ${floats} GENERATOR rrelu_drawn with_noise=true)
slopewise_kernel(rrelu_backward_drawn  FROM drawn      TYPES ${floats} GENERATOR rrelu_drawn backward=true)

# Tensors that are read across, turned tile by tile: of a type's size, whatever the type.
slopewise_kernel(transposed            FROM transposed TYPES ${signed} ON_BITS)
