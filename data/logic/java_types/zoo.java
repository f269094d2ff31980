abstract class Animal { }
interface Swimmer { }
interface Flyer { }
class Duck extends Animal implements Swimmer, Flyer { }
class Bat extends Animal implements Flyer { }
class Cod extends Animal implements Swimmer { }
