import { describe, expect, it } from 'vitest';
import { goods, quarters } from '../src/goods.ts';
import { MarketData, trimmed } from '../src/market-data.ts';
import { news } from '../src/news.ts';

const data = new MarketData();

describe('the data of the exchange', () => {
  it.each(goods)('knows price, stocks and a report for %s', (good) => {
    expect(data.pricesOf(good)).toHaveLength(4);
    expect(data.stocksOf(good)).toHaveLength(4);
    expect(data.search(good, 2).length).toBeGreaterThan(0);
    expect(data.termsOf(good).length).toBeGreaterThan(0);
  });

  it('gives the figures of a quarter as they were noted', () => {
    const butter = quarters.find(({ good, quarter }) => good === 'butter' && quarter === '2025-Q4');
    expect(data.pricesOf('Butter').at(-1)).toEqual({
      quarter: '2025-Q4',
      price: butter?.price,
      tonnes_sold: butter?.tonnesSold,
    });
  });

  it.each(news)('finds the report $id by its title', ({ id, title }) => {
    expect(data.search(title, 1)[0]?.id).toBe(id);
  });

  it('takes the name of a good for a name and nothing else', () => {
    expect(data.pricesOf("rye' OR '1'='1")).toEqual([]);
  });

  it('marks where a long text was cut', () => {
    expect(trimmed('abcdef', 4)).toBe('abc…');
  });
});
