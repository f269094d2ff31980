all: disk.img checksums.txt
disk.img: boot.vfat root.ext4 layout.sfdisk
	./assemble
boot.vfat: kernel.bin initrd.gz firmware.blob
	./mkboot
root.ext4: rootfs.tar fstab
	./mkroot
rootfs.tar: packages.list overlay.tar
	./bootstrap
initrd.gz: init.sh busybox
	./mkinitrd
kernel.bin: kernel.config linux.tar.xz
	./kbuild
busybox: busybox.config
	./bbuild
checksums.txt: disk.img
	sha256sum $< > $@
