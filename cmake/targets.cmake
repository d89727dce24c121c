# The table of variants, best first: the processor that it runs ON, the Halide target that a kernel is generated for, and
# the CPU features that the dispatcher looks for before it runs one. A feature that LLVM assumes for the target belongs in
# NEEDS; of a CUDA device it is the least compute capability, times ten. STORES: the kinds of stores beside plain ones that kernels which stream are built with. ARITHMETIC: the target of
# kernels that do floating-point arithmetic, where it is another.
slopewise_variant(avx512 DEVICE cpu ON x86-64
    TARGET x86-64-linux-sse41-avx-f16c-fma-avx2-avx512-avx512_skylake
    NEEDS sse4.2 popcnt movbe lzcnt bmi1 bmi2 avx f16c fma avx2 avx512f avx512cd avx512bw avx512dq avx512vl
    STORES streaming prefetch)
slopewise_variant(avx2 DEVICE cpu ON x86-64
    TARGET x86-64-linux-sse41-avx-f16c-fma-avx2
    NEEDS sse4.2 popcnt movbe lzcnt bmi1 bmi2 avx f16c fma avx2
    STORES streaming prefetch)
slopewise_variant(x86-64 DEVICE cpu ON x86-64
    TARGET x86-64-linux
    NEEDS
    STORES streaming)

slopewise_variant(neon-fp16 DEVICE cpu ON arm64
    TARGET arm-64-linux-arm_fp16
    NEEDS fphp asimdhp
    STORES streaming)
slopewise_variant(neon DEVICE cpu ON arm64
    TARGET arm-64-linux
    NEEDS
    STORES streaming)

# 32-bit NEON takes subnormals for zeros in comparisons and products of floats; VFP, which works lane by lane, does not.
slopewise_variant(neon32 DEVICE cpu ON arm32
    TARGET arm-32-linux
    ARITHMETIC arm-32-linux-no_neon
    NEEDS neon)

slopewise_variant(cuda-80 DEVICE cuda ON x86-64
    TARGET x86-64-linux-cuda-cuda_capability_80
    NEEDS 80)
slopewise_variant(cuda-50 DEVICE cuda ON x86-64
    TARGET x86-64-linux-cuda-cuda_capability_50
    NEEDS 50)
slopewise_variant(opencl DEVICE opencl ON x86-64
    TARGET x86-64-linux-opencl-large_buffers
    NEEDS)
