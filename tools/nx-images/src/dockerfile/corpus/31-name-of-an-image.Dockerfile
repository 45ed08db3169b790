FROM nximages-corpus/shadow AS nximages-corpus
FROM nximages-corpus
