#!/bin/bash
# Builds every driver as OSS-Fuzz asks for it: $CXX, $CXXFLAGS and $LIB_FUZZING_ENGINE are given, drivers with their seeds,
# dictionaries and options go to $OUT. Elsewhere:
#   CXX=clang++-19 CXXFLAGS="-O1 -fsanitize=address,fuzzer-no-link" LIB_FUZZING_ENGINE=-fsanitize=fuzzer OUT=out WORK=work fuzz/build.sh
set -euo pipefail
source=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
mkdir -p "$OUT" "$WORK"

cmake -S "$source" -B "$WORK/mailparse" -G Ninja -DCMAKE_BUILD_TYPE=None -DCMAKE_CXX_COMPILER="$CXX" \
  -DMAILPARSE_FUZZ=ON -DMAILPARSE_TESTS=OFF
targets=()
for driver in "$source"/fuzz/fuzz_*.cpp; do targets+=("$(basename "$driver" .cpp)"); done
ninja -C "$WORK/mailparse" "${targets[@]}"

for target in "${targets[@]}"; do
  name=${target#fuzz_}
  cp "$WORK/mailparse/fuzz/$target" "$OUT/"
  [ -f "$source/fuzz/$name.dict" ] && cp "$source/fuzz/$name.dict" "$OUT/$target.dict"
  # Tools tell people what is wrong with an input, for each of millions.
  printf '[libfuzzer]\nclose_fd_mask = 2\n' > "$OUT/$target.options"
  python3 - "$OUT/${target}_seed_corpus.zip" "$source/corpus/seeds/$name" "$source/corpus/crashes/$name" <<'END'
import pathlib, sys, zipfile
with zipfile.ZipFile(sys.argv[1], "w") as archive:
    for folder in map(pathlib.Path, sys.argv[2:]):
        for seed in sorted(folder.iterdir()) if folder.is_dir() else ():
            archive.write(seed, "%s-%s" % (folder.parent.name, seed.name))
END
done
