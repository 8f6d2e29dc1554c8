global using Zonix.Abi;
