package app

import (
	"bytes"
	"crypto/sha1"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"

	"rinnalla.fi/rinnalla/internal/account"
)

// leakedPasswords is a list of leaked passwords in a file: hashes in hex, sorted, one a line, perhaps with a number behind. Nil
// where there is none. SHA-1 is how such lists are made; nothing of ours is kept by it.
func leakedPasswords(path string) (account.Leaked, error) {
	if path == "" {
		return nil, nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, errors.New("leaked_passwords cannot be read")
	}
	about, err := f.Stat()
	if err != nil {
		return nil, errors.New("leaked_passwords cannot be read")
	}
	first := make([]byte, hashLength)
	if n, _ := f.ReadAt(first, 0); n < hashLength || !isHex(first) {
		return nil, errors.New("leaked_passwords must hold a SHA-1 in hex on each line, sorted")
	}
	return func(password string) (bool, error) {
		sum := sha1.Sum([]byte(password))
		return listHolds(f, about.Size(), bytes.ToUpper([]byte(hex.EncodeToString(sum[:]))))
	}, nil
}

const (
	hashLength = 2 * sha1.Size
	longest    = 64 // of a line
)

func isHex(b []byte) bool {
	_, err := hex.DecodeString(string(b))
	return err == nil
}

// listHolds looks for a hash by halving: some thirty short reads in a file of any size.
func listHolds(f io.ReaderAt, size int64, hash []byte) (bool, error) {
	for from, to := int64(0), size; from < to; {
		begin, line, err := lineAt(f, (from+to)/2)
		if err != nil {
			return false, err
		}
		key := bytes.ToUpper(line[:min(len(line), hashLength)])
		switch bytes.Compare(key, hash) {
		case 0:
			return true, nil
		case -1:
			from = begin + int64(len(line)) + 1
		default:
			to = begin
		}
	}
	return false, nil
}

// lineAt is the line around a place, and where it begins.
func lineAt(f io.ReaderAt, at int64) (int64, []byte, error) {
	start := max(0, at-longest)
	buffer := make([]byte, 2*longest+1)
	n, err := f.ReadAt(buffer, start)
	if err != nil && !errors.Is(err, io.EOF) {
		return 0, nil, fmt.Errorf("read the list of leaked passwords: %w", err)
	}
	buffer = buffer[:n]
	inside := int(at - start)
	if inside >= n {
		return 0, nil, errors.New("the list of leaked passwords has become shorter")
	}
	begin := bytes.LastIndexByte(buffer[:inside], '\n') + 1
	if begin == 0 && start > 0 {
		return 0, nil, errors.New("the list of leaked passwords has a line that is too long")
	}
	end := bytes.IndexByte(buffer[inside:], '\n')
	if end < 0 {
		end = n - inside
	}
	return start + int64(begin), buffer[begin : inside+end], nil
}
