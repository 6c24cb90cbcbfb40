# Runs a fuzz target for ten seconds on a copy of its seeds: what it finds stays in the build tree.
file(REMOVE_RECURSE ${work})
file(COPY ${corpus}/ DESTINATION ${work}/seeds)
execute_process(COMMAND ${program} -max_total_time=10 -max_len=${max_len} -timeout=5 -rss_limit_mb=1024
                        -print_final_stats=1 -artifact_prefix=${work}/ ${work}/seeds
                RESULT_VARIABLE result)
if(NOT result EQUAL 0)
  message(FATAL_ERROR "${program} found something: see ${work}")
endif()
