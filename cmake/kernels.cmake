# The table of kernels: one row is one generated function for each of its types and each variant of targets.cmake.
# Everything else follows from it: objects, registry, tests and benches. A row names the generator (FROM file, default
# its own name) and what is fixed about it; numbers that were measured come from generators/schedules/<variant>.json.
set(floats f16 bf16 f32 f64)
set(signed i8 i16 i32 i64)

slopewise_kernel(relu                  FROM relu       TYPES ${floats} ${signed} u8)
slopewise_kernel(relu_backward         FROM relu       TYPES ${floats})
slopewise_kernel(leaky_relu            FROM leaky_relu TYPES ${floats})
slopewise_kernel(leaky_relu_backward   FROM leaky_relu TYPES ${floats})
slopewise_kernel(crelu                 FROM crelu      TYPES ${floats} ${signed})
slopewise_kernel(crelu_backward        FROM crelu      TYPES ${floats})

# RReLU over one run that begins a Philox block; "short" steps in small tiles, for runs below one long tile.
slopewise_kernel(rrelu                 FROM rrelu      TYPES ${floats} GENERATOR rrelu)
slopewise_kernel(rrelu_short           FROM rrelu      TYPES ${floats} GENERATOR rrelu)
slopewise_kernel(rrelu_noise           FROM rrelu      TYPES ${floats} GENERATOR rrelu with_noise=true)
slopewise_kernel(rrelu_noise_short     FROM rrelu      TYPES ${floats} GENERATOR rrelu with_noise=true)
slopewise_kernel(rrelu_backward        FROM rrelu      TYPES ${floats} GENERATOR rrelu backward=true)
slopewise_kernel(rrelu_backward_short  FROM rrelu      TYPES ${floats} GENERATOR rrelu backward=true)
slopewise_kernel(rrelu_backward_noise  FROM leaky_relu TYPES ${floats} GENERATOR noise_backward)

# RReLU in two steps, for every other layout: draws, then rows of elements with rows of draws.
slopewise_kernel(draws                 FROM drawn      TYPES u16)
slopewise_kernel(draws_at              FROM drawn      TYPES u16)
slopewise_kernel(rrelu_drawn           FROM drawn      TYPES ${floats} GENERATOR rrelu_drawn)
slopewise_kernel(rrelu_noise_drawn     FROM drawn      TYPES ${floats} GENERATOR rrelu_drawn with_noise=true)
slopewise_kernel(rrelu_backward_drawn  FROM drawn      TYPES ${floats} GENERATOR rrelu_drawn backward=true)
