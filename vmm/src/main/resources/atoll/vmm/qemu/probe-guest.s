# The guest of ProbeGuest. as --64; ld -m elf_x86_64 -Ttext 0 --oformat binary; its last 256 bytes
.set BASE, 0xffff0000
.org 0xff00
.code16
start16:
  cli
  lgdtl %cs:gdtr
  mov %cr0, %eax
  or $1, %al
  mov %eax, %cr0
  ljmpl $8, $BASE+start32
.code32
start32:
  mov $16, %eax
  mov %eax, %ds
  movl $0x2003, 0x1000        # level 4 -> level 3
  movl $0x3003, 0x2000        # level 3: first GiB
  movl $0x4003, 0x2018        # level 3: fourth GiB
  movl $0x83, 0x3000          # 2 MiB of memory at 0
  movl $0xffe00083, 0x4ff8    # 2 MiB that end with this program
  mov $0x20, %eax
  mov %eax, %cr4              # PAE
  mov $0x1000, %eax
  mov %eax, %cr3
  mov $0xc0000080, %ecx
  rdmsr
  or $0x100, %eax             # long mode
  wrmsr
  mov %cr0, %eax
  or $0x80000000, %eax
  mov %eax, %cr0
  ljmp $24, $BASE+start64
.code64
start64:
  mov $30000000, %ecx
1: add %ecx, 0x5000
  dec %ecx
  jnz 1b
  mov $0x2a, %al
  out %al, $0xf4
2: hlt
  jmp 2b
.align 8
gdt: .quad 0, 0x00cf9b000000ffff, 0x00cf93000000ffff, 0x00af9b000000ffff
gdtr: .word 31
  .long BASE+gdt
.org 0xfff0
.code16
  jmp start16
.org 0x10000
