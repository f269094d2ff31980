#include <stdint.h>

void delay(uint16_t ms) { while (ms--) tick(); }
void tick(void) { asm("nop"); }
void led(int on) { PORTB = on; }

void blink(int times) {
    for (int i = 0; i < times; i++) {
        led(1);
        delay(100);
        led(0);
        delay(100);
    }
}

void setup(void) { led(0); }

int main(void) {
    setup();
    for (;;) blink(3);
}
