# Writes OUTPUT, a C++ file with one hash of kernel objects (LIST: a file of paths): what a machine's measurements are
# measurements of.
file(STRINGS ${LIST} objects)
set(hashes)
foreach(object IN LISTS objects)
  file(SHA256 ${object} hash)
  string(APPEND hashes ${hash})
endforeach()
string(SHA256 hash "${hashes}")
string(SUBSTRING ${hash} 0 16 hash)
file(CONFIGURE OUTPUT ${OUTPUT} CONTENT "#include \"dispatch/identity.h\"\n\nconst char *const slopewise::kernels_hash = \"@hash@\";\n" @ONLY)
