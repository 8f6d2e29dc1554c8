"""An HTTP server of asyncio: keeps connections, answers all requests alike."""
import asyncio


async def serve(reader, writer):
    while await reader.readline():
        while (await reader.readline()).strip():
            pass
        writer.write(b'HTTP/1.1 200 OK\r\nContent-Length: 19\r\n\r\nhello from asyncio\n')
        await writer.drain()
    writer.close()


async def main():
    server = await asyncio.start_server(serve, None, 8083)
    await server.serve_forever()


asyncio.run(main())
