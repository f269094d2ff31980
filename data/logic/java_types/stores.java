interface Reader { }
interface Writer { }
interface Store extends Reader, Writer { }
class MemoryStore implements Store { }
class DiskStore implements Store { }
class CachedDiskStore extends DiskStore { }
