#check=skip=all
# ESCAPE = `
# syntax is a word of this comment only
FROM nximages-corpus/directives:`
1
