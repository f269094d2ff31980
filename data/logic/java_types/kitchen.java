interface Item { }
interface Edible extends Item { }
interface Sharp extends Item { }
interface Electric { int watts(); }
abstract class Tool implements Item { }
abstract class Machine extends Tool implements Electric { }
class Knife extends Tool implements Sharp { }
class Blender extends Machine implements Sharp { public int watts() { return 400; } }
class Oven extends Machine { public int watts() { return 2000; } }
abstract class Fruit implements Edible { }
class Apple extends Fruit { }
class Quince extends Fruit { }
