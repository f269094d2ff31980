CC = gcc
OBJS = main.o lexer.o emit.o

zap: $(OBJS)
	$(CC) -o $@ $^

main.o: main.c lexer.h emit.h
lexer.o: lexer.c lexer.h
emit.o: emit.c emit.h
