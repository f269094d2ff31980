CHAPTERS = $(addsuffix .mp3,ch1 ch2 ch3)
book.m4b: $(CHAPTERS) cover.jpg
	m4b-tool merge
ch1.mp3: ch1.wav
ch2.mp3: ch2.wav
ch3.mp3: ch3.wav
%.mp3:
	lame $< $@
