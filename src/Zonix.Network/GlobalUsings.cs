global using Zonix.Abi;
global using Zonix.Kernel;
global using Zonix.Kernel.Sockets;
global using Zonix.Kernel.Vfs;
