// Command mongo-server is the MongoDB-protocol server of the tests: FerretDB on SQLite behind a front that
// lets one request pass at a time.
//
// MongoDB promises that an operation on one document is atomic, and our stores rely on it. FerretDB 1.24 reads,
// then writes, and loses updates when several connections are at work. So it listens on a Unix socket only we
// know, and the front takes turns: one request in, one reply out.
//
// Usage: mongo-server DIRECTORY. Prints the port on 127.0.0.1 when ready; ends on SIGTERM or when its standard
// input is closed, so that it never outlives the tests.
package main

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"github.com/FerretDB/FerretDB/ferretdb"
)

const (
	headerLength = 16
	maxMessage   = 48_000_000 // what MongoDB allows
	opMsg        = 2013
	moreToCome   = 1 << 1 // the sender wants no reply
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("mongo-server: ")
	if len(os.Args) != 2 {
		log.Fatal("usage: mongo-server DIRECTORY")
	}
	if err := run(os.Args[1]); err != nil {
		log.Fatal(err)
	}
}

func run(directory string) error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		stop()
	}()

	socket := filepath.Join(directory, "ferretdb.sock")
	database, err := ferretdb.New(&ferretdb.Config{
		Listener:  ferretdb.ListenerConfig{Unix: socket},
		Handler:   "sqlite",
		SQLiteURL: "file:" + directory + "/",
		Logger:    slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError})),
	})
	if err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- database.Run(ctx) }()

	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	context.AfterFunc(ctx, func() { _ = listener.Close() })
	fmt.Println(listener.Addr().(*net.TCPAddr).Port)

	front := &front{socket: socket}
	for {
		client, err := listener.Accept()
		if errors.Is(err, net.ErrClosed) {
			break
		}
		if err != nil {
			return err
		}
		context.AfterFunc(ctx, func() { _ = client.Close() })
		go func() {
			if err := front.serve(client); err != nil && ctx.Err() == nil {
				log.Print(err)
			}
		}()
	}
	select { // FerretDB waits for its connections; nobody waits for us that long
	case err = <-ended:
		return err
	case <-time.After(2 * time.Second):
		return nil
	}
}

// front passes on requests of many clients, one at a time.
type front struct {
	socket string
	turn   sync.Mutex
}

// serve passes on one client's requests until the client leaves. Each client has a FerretDB connection of its
// own, since cursors belong to a connection.
func (f *front) serve(client net.Conn) error {
	defer client.Close()
	server, err := net.Dial("unix", f.socket)
	if err != nil {
		return err
	}
	defer server.Close()
	fromClient, fromServer := bufio.NewReader(client), bufio.NewReader(server)
	for {
		request, err := readMessage(fromClient)
		if errors.Is(err, io.EOF) || errors.Is(err, net.ErrClosed) || errors.Is(err, syscall.ECONNRESET) {
			return nil
		}
		if err != nil {
			return err
		}
		if wantsNoReply(request) {
			return errors.New("a request without reply (w=0) cannot be kept in turn; connection closed")
		}
		reply, err := f.exchange(server, fromServer, request)
		if err != nil {
			return err
		}
		if _, err = client.Write(reply); err != nil {
			return nil // the client is gone; the effect stays, as with a real server
		}
	}
}

// exchange sends one request and reads its reply while nobody else does.
func (f *front) exchange(server net.Conn, fromServer *bufio.Reader, request []byte) ([]byte, error) {
	f.turn.Lock()
	defer f.turn.Unlock()
	if _, err := server.Write(request); err != nil {
		return nil, err
	}
	return readMessage(fromServer)
}

// readMessage reads one message: its first four bytes, little-endian, are its length.
// Source: mongodb.com/docs/manual/reference/mongodb-wire-protocol (standard message header).
func readMessage(from *bufio.Reader) ([]byte, error) {
	start, err := from.Peek(4)
	if err != nil {
		return nil, err
	}
	length := binary.LittleEndian.Uint32(start)
	if length < headerLength || length > maxMessage {
		return nil, fmt.Errorf("a message of %d bytes", length)
	}
	message := make([]byte, length)
	_, err = io.ReadFull(from, message)
	return message, err
}

func wantsNoReply(message []byte) bool {
	return binary.LittleEndian.Uint32(message[12:]) == opMsg &&
		len(message) >= headerLength+4 &&
		binary.LittleEndian.Uint32(message[headerLength:])&moreToCome != 0
}
