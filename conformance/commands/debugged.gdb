set pagination off
set confirm off
set print thread-events off
set debuginfod enabled off
break square
run
backtrace
finish
delete
break work
continue
step
next
print square(7)
thread
stepi
stepi
x/2i $pc
delete
continue
print sum
info registers rax
kill
