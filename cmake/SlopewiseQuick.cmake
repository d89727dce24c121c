# Compile time is what counts for programs that spend theirs in kernels: less optimisation (LEVEL), and a header that is heavy to
# parse once for all targets that name it (nlohmann-json 2.9 s of a file's 7, GoogleTest 2.8 of 5, Halide 3 of 4; AMD EPYC,
# Zen 3, GCC 12). Programs and libraries have one each, being position-independent in different ways. GCC takes it where the
# compiler's options are the same and macros are defined at most beside those of the first target that names it.
function(slopewise_compile_quickly target level header)
  target_compile_options(${target} PRIVATE $<$<CONFIG:Release,RelWithDebInfo>:${level}>)
  get_target_property(kind ${target} TYPE)
  get_property(first GLOBAL PROPERTY slopewise_first_${kind}_with_${header})
  if(first)
    target_precompile_headers(${target} REUSE_FROM ${first})
  else()
    target_precompile_headers(${target} PRIVATE ${header})
    set_property(GLOBAL PROPERTY slopewise_first_${kind}_with_${header} ${target})
  endif()
endfunction()
