import { describe, expect, it } from 'vitest';
import { HouseBook } from '../src/house-book.ts';

describe('the house book', () => {
  it('offers only restaurants with seats for all, most seats first', () => {
    const names = new HouseBook().tablesFor(6).map(({ name }) => name);
    expect(names).toEqual(['Marktkeller', 'Linde', 'Alte Post']);
  });

  it('offers outings that fit into the hours, cheapest first', () => {
    const names = new HouseBook().outingsWithin(2).map(({ name }) => name);
    expect(names).toEqual(['Museum of clocks', 'Old town by lantern', 'Rowing at sunrise']);
  });

  it('gives a booking the same number again, whoever booked in between', () => {
    const book = new HouseBook();
    const number = book.book('table', 'Linde', 2);
    book.book('car', 'station', 1);
    expect(book.book('table', 'Linde', 2)).toBe(number);
    expect(new HouseBook().book('table', 'Linde', 2)).toBe(number);
    expect(book.book('table', 'Linde', 3)).not.toBe(number);
  });

  it('knows no way to a place that no car goes to', () => {
    const book = new HouseBook();
    expect(book.route('moon')).toBeUndefined();
    expect(book.route('Station')).toMatchObject({ minutes: 12 });
    expect(book.service('helicopter')).toEqual([]);
  });
});
