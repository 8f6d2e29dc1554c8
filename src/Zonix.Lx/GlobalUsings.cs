global using Zonix.Abi;
global using Zonix.Kernel;
