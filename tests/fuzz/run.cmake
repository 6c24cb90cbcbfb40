# Runs a fuzz target for ten seconds (MUSTER_FUZZ_S for longer) on a copy of its seeds: what it finds stays in the build tree.
set(seconds 10)
if(DEFINED ENV{MUSTER_FUZZ_S})
  set(seconds $ENV{MUSTER_FUZZ_S})
endif()
file(REMOVE_RECURSE ${work})
file(COPY ${corpus}/ DESTINATION ${work}/seeds)
execute_process(COMMAND ${program} -max_total_time=${seconds} -max_len=${max_len} -timeout=5 -rss_limit_mb=1024
                        -print_final_stats=1 -artifact_prefix=${work}/ ${work}/seeds
                RESULT_VARIABLE result)
if(NOT result EQUAL 0)
  message(FATAL_ERROR "${program} found something: see ${work}")
endif()
