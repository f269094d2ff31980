BOARD ?= uno
flash: blink.hex
	avrdude -U flash:w:$<
blink.hex: blink.elf
	objcopy -O ihex $< $@
blink.elf: blink.o uart.o
	avr-gcc -o $@ $^
blink.o: blink.c uart.h config-$(BOARD).h
uart.o: uart.c uart.h
