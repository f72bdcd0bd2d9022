SET LOCAL work_mem = '64kB'; SET LOCAL temp_tablespaces = ''
