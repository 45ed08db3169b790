   	FROM	nximages-corpus/space:1   AS	 spaced  
	COPY	  a.txt	 	/a.txt	

  FROM   spaced
