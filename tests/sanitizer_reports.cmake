# Beside the tests of a sanitizer's build: cmake -DREPORTS=PREFIX [-DCLEAR=ON] -P. The presets let every process write what a
# sanitizer finds into PREFIX.PROGRAM.PROCESS, so a finding in a child that a test kills, or whose output it does not read,
# fails the run as well.
file(GLOB reports ${REPORTS}.*)
if(CLEAR)
  if(reports)
    file(REMOVE ${reports})
  endif()
  return()
endif()
foreach(report ${reports})
  execute_process(COMMAND ${CMAKE_COMMAND} -E cat ${report})
endforeach()
if(reports)
  list(JOIN reports "\n  " names)
  message(FATAL_ERROR "A sanitizer found something:\n  ${names}")
endif()
