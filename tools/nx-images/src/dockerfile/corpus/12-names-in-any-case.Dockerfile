from nximages-corpus/case:lower As BuilD
run true
FROM build
Copy --from=BUILD /bin/sh /copy
